package io.weir.admin.provisioning;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/reseller/{id}")
class EntityEndpoint {

    private final Entities entities;

    EntityEndpoint(Entities entities) {
        this.entities = entities;
    }

    @PostMapping(
            path = {"/tenants", "/vdcs", "/vms"},
            consumes = "application/json")
    Mono<ResponseEntity<Success<Counted.Answer>>> create(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        EntityKind kind = kind(request);
        var violations = new Violations();
        Entity asked = Entity.read(kind, Body.object(bytes, violations));
        violations.refuse();
        return entities.create(reseller(id), asked)
                .map(
                        made ->
                                ResponseEntity.created(location(request, made.id()))
                                        .body(said(kind, "created", made)));
    }

    @GetMapping({"/tenants", "/vdcs", "/vms"})
    Mono<ResponseEntity<Success<Page<Counted.Answer>>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = reseller(id);
        EntityKind kind = kind(request);
        var query = new Query(request);
        var listing = Listing.page(query);
        query.nothingElse();
        return entities.list(reseller, kind, listing)
                .map(found -> Page.of(found, listing.limit(), Counted::id))
                .map(page -> page.map(Counted::answer).answer(request))
                .map(
                        page ->
                                ResponseEntity.ok()
                                        .headers(page.getHeaders())
                                        .body(
                                                Success.of(
                                                        "%ss retrieved successfully"
                                                                .formatted(title(kind)),
                                                        Objects.requireNonNull(page.getBody()))));
    }

    @GetMapping({"/tenants/{uuid}", "/vdcs/{uuid}", "/vms/{uuid}"})
    Mono<Success<Counted.Answer>> find(
            ServerHttpRequest request, @PathVariable String id, @PathVariable String uuid) {
        new Query(request).nothingElse();
        EntityKind kind = kind(request);
        return entities.find(reseller(id), kind, Lists.parse(uuid))
                .map(found -> said(kind, "retrieved", found));
    }

    @DeleteMapping({"/tenants/{uuid}", "/vdcs/{uuid}", "/vms/{uuid}"})
    Mono<Success<Map<String, Object>>> delete(
            ServerHttpRequest request, @PathVariable String id, @PathVariable String uuid) {
        new Query(request).nothingElse();
        EntityKind kind = kind(request);
        return entities.delete(reseller(id), kind, Lists.parse(uuid))
                .thenReturn(Success.of("%s deleted successfully".formatted(title(kind))));
    }

    private static Success<Counted.Answer> said(EntityKind kind, String done, Counted counted) {
        return Success.of("%s %s successfully".formatted(title(kind), done), counted.answer());
    }

    private static String title(EntityKind kind) {
        return kind == EntityKind.TENANT ? "Tenant" : kind.spoken();
    }

    private static URI location(ServerHttpRequest request, UUID made) {
        return URI.create(request.getPath().value() + "/" + made);
    }

    private static EntityKind kind(ServerHttpRequest request) {
        return EntityKind.ofSegment(Lists.of(request));
    }

    private static UUID reseller(String id) {
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
