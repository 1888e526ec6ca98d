package io.weir.admin.group;

import io.weir.admin.quota.Quotas;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class GroupEndpoint {

    private final Groups groups;
    private final Quotas quotas;

    GroupEndpoint(Groups groups, Quotas quotas) {
        this.groups = groups;
        this.quotas = quotas;
    }

    @PostMapping(path = "/resellers/{id}/groups", consumes = "application/json")
    Mono<ResponseEntity<Group.Answer>> create(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        return groups.create(reseller, terms(bytes, null))
                .flatMap(
                        group ->
                                shown(group)
                                        .map(
                                                shown ->
                                                        ResponseEntity.created(location(shown))
                                                                .eTag(tag(group))
                                                                .body(shown)));
    }

    @GetMapping("/resellers/{id}/groups")
    Mono<ResponseEntity<Page<Group.Answer>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        var listing = Listing.of(request);
        return groups.list(reseller, listing)
                .map(found -> Page.of(found, listing.limit(), Group::id))
                .flatMap(
                        page ->
                                shown(page.items())
                                        .map(items -> new Page<>(items, page.nextCursor())))
                .map(page -> page.answer(request));
    }

    @GetMapping("/groups/{id}")
    Mono<ResponseEntity<Group.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return groups.find(parse(id)).flatMap(this::answer);
    }

    @PatchMapping(
            path = "/groups/{id}",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<ResponseEntity<Group.Answer>> edit(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID group = parse(id);
        return groups.edit(group, Revision.expected(request), now -> terms(bytes, now))
                .flatMap(this::answer);
    }

    @DeleteMapping("/groups/{id}")
    Mono<ResponseEntity<Void>> delete(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return groups.delete(parse(id), Revision.expected(request))
                .thenReturn(ResponseEntity.noContent().build());
    }

    private static Terms terms(byte @Nullable [] bytes, @Nullable Terms now) {
        var violations = new Violations();
        Terms terms = Terms.read(Body.object(bytes, violations), now);
        violations.refuse();
        return terms;
    }

    private Mono<ResponseEntity<Group.Answer>> answer(Group group) {
        return shown(group).map(shown -> ResponseEntity.ok().eTag(tag(group)).body(shown));
    }

    private Mono<Group.Answer> shown(Group group) {
        return quotas.of(group.counted()).map(group::answer);
    }

    private Mono<List<Group.Answer>> shown(List<Group> found) {
        return quotas.of(found.stream().flatMap(group -> group.counted().stream()).toList())
                .map(used -> found.stream().map(group -> group.answer(used)).toList());
    }

    private static URI location(Group.Answer shown) {
        return URI.create("/api/v1/groups/" + shown.id());
    }

    private static String tag(Group group) {
        return Revision.tag(group.revision());
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.GROUP, id);
    }
}
