package io.weir.admin.provisioning;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/reseller/{id}")
class LimitsEndpoint {

    private final Provisioning provisioning;
    private final EntityLimits entities;
    private final ResourceLimits resources;

    LimitsEndpoint(Provisioning provisioning, EntityLimits entities, ResourceLimits resources) {
        this.provisioning = provisioning;
        this.entities = entities;
        this.resources = resources;
    }

    @GetMapping("/quota")
    Mono<Success<EntityQuotas>> quota(ServerHttpRequest request, @PathVariable String id) {
        return provisioning
                .standing(reseller(request, id))
                .map(Standing::quotas)
                .map(quotas -> Success.of("Entity quotas retrieved successfully", quotas));
    }

    @PutMapping(path = "/quota", consumes = "application/json")
    Mono<Success<EntityQuotas>> editQuota(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return entities.edit(reseller(request, id), body)
                .map(quotas -> Success.of("Entity quotas updated successfully", quotas));
    }

    @DeleteMapping("/quota")
    Mono<Success<EntityQuotas>> resetQuota(ServerHttpRequest request, @PathVariable String id) {
        return entities.reset(reseller(request, id))
                .map(quotas -> Success.of("Entity quotas reset successfully", quotas));
    }

    @GetMapping("/resource-allocation")
    Mono<Success<ResourceAllocation>> allocation(
            ServerHttpRequest request, @PathVariable String id) {
        return provisioning
                .standing(reseller(request, id))
                .map(Standing::allocation)
                .map(found -> Success.of("Resource allocation retrieved successfully", found));
    }

    @PutMapping(path = "/resource-allocation", consumes = "application/json")
    Mono<Success<ResourceAllocation>> editAllocation(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return resources
                .edit(reseller(request, id), body)
                .map(edited -> Success.of("Resource allocation updated successfully", edited));
    }

    @DeleteMapping("/resource-allocation")
    Mono<Success<ResourceAllocation>> resetAllocation(
            ServerHttpRequest request, @PathVariable String id) {
        return resources
                .reset(reseller(request, id))
                .map(left -> Success.of("Resource allocation removed successfully", left));
    }

    private static UUID reseller(ServerHttpRequest request, String id) {
        new Query(request).nothingElse();
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
