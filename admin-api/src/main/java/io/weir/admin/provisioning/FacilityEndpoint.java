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
import org.springframework.util.StringUtils;
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
class FacilityEndpoint {

    private final Facilities facilities;

    FacilityEndpoint(Facilities facilities) {
        this.facilities = facilities;
    }

    @PostMapping(
            path = {"/data-centers", "/storage-policies", "/backup-storages"},
            consumes = "application/json")
    Mono<ResponseEntity<Success<Facility.Answer>>> create(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        FacilityKind kind = kind(request);
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        UUID uuid = Entity.id(body);
        String name = Entity.name(body);
        body.nothingElse();
        violations.refuse();
        return facilities
                .create(reseller(id), kind, uuid, name)
                .map(
                        made ->
                                ResponseEntity.created(location(request, made.id()))
                                        .body(said(kind, "created", made)));
    }

    @GetMapping({"/data-centers", "/storage-policies", "/backup-storages"})
    Mono<ResponseEntity<Success<Page<Facility.Answer>>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = reseller(id);
        FacilityKind kind = kind(request);
        var query = new Query(request);
        var listing = Listing.page(query);
        query.nothingElse();
        return facilities
                .list(reseller, kind, listing)
                .map(found -> Page.of(found, listing.limit(), Facility::id))
                .map(page -> page.map(Facility::answer).answer(request))
                .map(
                        page ->
                                ResponseEntity.ok()
                                        .headers(page.getHeaders())
                                        .body(
                                                Success.of(
                                                        StringUtils.capitalize(
                                                                        kind.segment()
                                                                                .replace('-', ' '))
                                                                + " retrieved successfully",
                                                        Objects.requireNonNull(page.getBody()))));
    }

    @GetMapping({"/data-centers/{uuid}", "/storage-policies/{uuid}", "/backup-storages/{uuid}"})
    Mono<Success<Facility.Answer>> find(
            ServerHttpRequest request, @PathVariable String id, @PathVariable String uuid) {
        new Query(request).nothingElse();
        FacilityKind kind = kind(request);
        return facilities
                .find(reseller(id), kind, Lists.parse(uuid))
                .map(found -> said(kind, "retrieved", found));
    }

    @DeleteMapping({"/data-centers/{uuid}", "/storage-policies/{uuid}", "/backup-storages/{uuid}"})
    Mono<Success<Map<String, Object>>> delete(
            ServerHttpRequest request, @PathVariable String id, @PathVariable String uuid) {
        new Query(request).nothingElse();
        FacilityKind kind = kind(request);
        return facilities
                .delete(reseller(id), kind, Lists.parse(uuid))
                .thenReturn(Success.of(title(kind) + " deleted successfully"));
    }

    private static Success<Facility.Answer> said(FacilityKind kind, String done, Facility made) {
        return Success.of("%s %s successfully".formatted(title(kind), done), made.answer());
    }

    private static String title(FacilityKind kind) {
        return StringUtils.capitalize(kind.spoken());
    }

    private static URI location(ServerHttpRequest request, UUID made) {
        return URI.create(request.getPath().value() + "/" + made);
    }

    private static FacilityKind kind(ServerHttpRequest request) {
        return FacilityKind.ofSegment(Lists.of(request));
    }

    private static UUID reseller(String id) {
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
