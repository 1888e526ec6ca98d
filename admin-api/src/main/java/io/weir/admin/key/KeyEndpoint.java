package io.weir.admin.key;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
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
class KeyEndpoint {

    private final Keys keys;
    private final Clock clock;
    private final SecureRandom random;

    KeyEndpoint(Keys keys, Clock clock, SecureRandom random) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    @PostMapping(path = "/clients/{id}/keys", consumes = "application/json")
    Mono<ResponseEntity<Key.Created>> createForClient(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        return create(request, SubjectKind.CLIENT, id, bytes);
    }

    @PostMapping(path = "/resellers/{id}/keys", consumes = "application/json")
    Mono<ResponseEntity<Key.Created>> createForReseller(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        return create(request, SubjectKind.RESELLER, id, bytes);
    }

    @GetMapping("/clients/{id}/keys")
    Mono<ResponseEntity<Page<Key.Answer>>> listOfClient(
            ServerHttpRequest request, @PathVariable String id) {
        return list(request, SubjectKind.CLIENT, id);
    }

    @GetMapping("/resellers/{id}/keys")
    Mono<ResponseEntity<Page<Key.Answer>>> listOfReseller(
            ServerHttpRequest request, @PathVariable String id) {
        return list(request, SubjectKind.RESELLER, id);
    }

    @GetMapping("/keys/{id}")
    Mono<ResponseEntity<Key.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return keys.find(parse(id)).map(KeyEndpoint::answer);
    }

    @PatchMapping(
            path = "/keys/{id}",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<ResponseEntity<Key.Answer>> edit(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        return keys.edit(key, Revision.expected(request), now -> terms(bytes, now))
                .map(KeyEndpoint::answer);
    }

    @DeleteMapping("/keys/{id}")
    Mono<ResponseEntity<Void>> delete(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return keys.delete(parse(id), Revision.expected(request))
                .thenReturn(ResponseEntity.noContent().build());
    }

    @PostMapping("/keys/{id}/revoke")
    Mono<ResponseEntity<Key.Answer>> revoke(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        new Query(request).nothingElse();
        Body.empty(body);
        return keys.revoke(parse(id)).map(KeyEndpoint::answer);
    }

    private Mono<ResponseEntity<Key.Created>> create(
            ServerHttpRequest request, SubjectKind owner, String id, byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID ownerId = Ids.parse(owner, id);
        Terms terms = terms(bytes, null);
        Secret secret = Secret.generate(Secret.Kind.KEY, random);
        return keys.create(owner, ownerId, terms, secret)
                .map(
                        key ->
                                ResponseEntity.created(
                                                URI.create("/api/v1/keys/" + key.answer().id()))
                                        .eTag(Revision.tag(key.revision()))
                                        .body(new Key.Created(key.answer(), secret.reveal())));
    }

    private Mono<ResponseEntity<Page<Key.Answer>>> list(
            ServerHttpRequest request, SubjectKind owner, String id) {
        UUID ownerId = Ids.parse(owner, id);
        var listing = Listing.of(request, "active", "revoked", "expired");
        return keys.list(owner, ownerId, listing)
                .map(found -> Page.of(found, listing.limit(), Key::id))
                .map(
                        page ->
                                new Page<>(
                                        page.items().stream().map(Key::answer).toList(),
                                        page.nextCursor()))
                .map(page -> page.answer(request));
    }

    private Terms terms(byte @Nullable [] bytes, @Nullable Terms now) {
        var violations = new Violations();
        Terms terms = Terms.read(Body.object(bytes, violations), now, clock.instant());
        violations.refuse();
        return terms;
    }

    private static ResponseEntity<Key.Answer> answer(Key key) {
        return ResponseEntity.ok().eTag(Revision.tag(key.revision())).body(key.answer());
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.KEY, id);
    }
}
