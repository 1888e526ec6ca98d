package io.weir.admin.key;

import io.weir.admin.binding.Bindings;
import io.weir.admin.quota.Quotas;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.IdempotencyKey;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class KeyEndpoint {

    private static final Duration LONGEST_GRACE = Duration.ofDays(30);

    private final Keys keys;
    private final Bindings bindings;
    private final Quotas quotas;
    private final Clock clock;
    private final SecureRandom random;

    KeyEndpoint(Keys keys, Bindings bindings, Quotas quotas, Clock clock, SecureRandom random) {
        this.keys = keys;
        this.bindings = bindings;
        this.quotas = quotas;
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

    @GetMapping("/groups/{id}/keys")
    Mono<ResponseEntity<Page<Key.Answer>>> listOfGroup(
            ServerHttpRequest request, @PathVariable String id) {
        return list(request, SubjectKind.GROUP, id);
    }

    @GetMapping("/rules/{id}/keys")
    Mono<ResponseEntity<Page<Key.Answer>>> listOfRule(
            ServerHttpRequest request, @PathVariable String id) {
        UUID rule = Ids.parse(Resource.RULE, id);
        var filter = Filter.ofRule(new Query(request));
        return page(request, filter, keys.listOfRule(rule, filter));
    }

    @GetMapping("/keys/{id}")
    Mono<ResponseEntity<Key.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return keys.find(parse(id)).flatMap(this::answer);
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
                .flatMap(this::answer);
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
        return keys.revoke(parse(id)).flatMap(this::answer);
    }

    @PostMapping(path = "/keys/{id}/rotate", consumes = "application/json")
    Mono<ResponseEntity<Key.Created>> rotate(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        long grace = grace(bytes);
        Secret secret = Secret.generate(Secret.Kind.KEY, random);
        return keys.rotate(key, grace, secret)
                .flatMap(rotated -> shown(rotated).map(shown -> created(rotated, shown, secret)));
    }

    @PostMapping("/keys/{id}/token-quota/reset")
    Mono<ResponseEntity<Key.Answer>> resetTokens(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        new Query(request).nothingElse();
        Body.empty(body);
        return keys.resetTokens(parse(id)).flatMap(this::answer);
    }

    @PutMapping(path = "/keys/{id}/rule", consumes = "application/json")
    Mono<ResponseEntity<Key.Answer>> bindRule(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        UUID rule = Body.single(bytes, "rule_id", Form.id(Resource.RULE));
        return bindings.rule(SubjectKind.KEY, key, rule)
                .then(Mono.defer(() -> keys.find(key)))
                .flatMap(this::answer);
    }

    @PutMapping(path = "/keys/{id}/group", consumes = "application/json")
    Mono<ResponseEntity<Key.Answer>> moveToGroup(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        UUID group = Body.single(bytes, "group_id", Form.id(SubjectKind.GROUP));
        return bindings.group(key, group)
                .then(Mono.defer(() -> keys.find(key)))
                .flatMap(this::answer);
    }

    private Mono<ResponseEntity<Key.Created>> create(
            ServerHttpRequest request, SubjectKind owner, String id, byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID ownerId = Ids.parse(owner, id);
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        NewBudget budget = NewBudget.read(body);
        Terms terms = Terms.read(body, null, clock.instant());
        violations.refuse();
        if (budget != null) {
            IdempotencyKey.require(request);
        }
        Secret secret = Secret.generate(Secret.Kind.KEY, random);
        return keys.create(owner, ownerId, terms, budget, secret)
                .flatMap(key -> shown(key).map(shown -> created(key, shown, secret)));
    }

    private static ResponseEntity<Key.Created> created(Key key, Key.Answer shown, Secret secret) {
        return ResponseEntity.created(URI.create("/api/v1/keys/" + shown.id()))
                .eTag(Revision.tag(key.revision()))
                .body(new Key.Created(shown, secret.reveal()));
    }

    private Mono<ResponseEntity<Page<Key.Answer>>> list(
            ServerHttpRequest request, SubjectKind owner, String id) {
        UUID ownerId = Ids.parse(owner, id);
        var filter = Filter.ofOwner(new Query(request), owner);
        return page(request, filter, keys.list(owner, ownerId, filter));
    }

    private Mono<ResponseEntity<Page<Key.Answer>>> page(
            ServerHttpRequest request, Filter filter, Mono<List<Key>> listed) {
        return listed.map(found -> Page.of(found, filter.page().limit(), Key::id))
                .flatMap(
                        page ->
                                shown(page.items())
                                        .map(items -> new Page<>(items, page.nextCursor())))
                .map(page -> page.answer(request));
    }

    private static long grace(byte @Nullable [] bytes) {
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        long seconds =
                body.required("grace_seconds", Form.integer(0, LONGEST_GRACE.toSeconds()), null);
        body.nothingElse();
        violations.refuse();
        return seconds;
    }

    private Terms terms(byte @Nullable [] bytes, Terms now) {
        var violations = new Violations();
        Terms terms = Terms.read(Body.object(bytes, violations), now, clock.instant());
        violations.refuse();
        return terms;
    }

    private Mono<ResponseEntity<Key.Answer>> answer(Key key) {
        return shown(key)
                .map(shown -> ResponseEntity.ok().eTag(Revision.tag(key.revision())).body(shown));
    }

    private Mono<Key.Answer> shown(Key key) {
        return quotas.of(key.counted()).map(key::answer);
    }

    private Mono<List<Key.Answer>> shown(List<Key> found) {
        return quotas.of(found.stream().flatMap(key -> key.counted().stream()).toList())
                .map(used -> found.stream().map(key -> key.answer(used)).toList());
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.KEY, id);
    }
}
