package io.weir.admin.access;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.Secret;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
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
@RequestMapping("/api/v1/tokens")
class TokenEndpoint {

    private final Tokens tokens;
    private final Operations operations;
    private final Clock clock;
    private final SecureRandom random;

    TokenEndpoint(Tokens tokens, Operations operations, Clock clock, SecureRandom random) {
        this.tokens = tokens;
        this.operations = operations;
        this.clock = clock;
        this.random = random;
    }

    @PostMapping(consumes = "application/json")
    Mono<ResponseEntity<Token.Created>> create(
            ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        Secret secret = Secret.generate(Secret.Kind.TOKEN, random);
        return Principal.current()
                .flatMap(by -> tokens.create(by, grant(bytes, by), secret))
                .map(
                        made ->
                                ResponseEntity.created(location(made))
                                        .eTag(Revision.tag(Token.REVISION))
                                        .body(Token.Created.of(made, secret)));
    }

    @GetMapping
    Mono<ResponseEntity<Page<Token.Answer>>> list(ServerHttpRequest request) {
        var listing = Listing.of(request, "active", "expired");
        return Principal.current()
                .flatMap(by -> tokens.list(by, listing))
                .map(found -> Page.of(found, listing.limit(), Token::id))
                .map(page -> page.map(Token::answer).answer(request));
    }

    @GetMapping("/{id}")
    Mono<ResponseEntity<Token.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        UUID token = parse(id);
        return Principal.current()
                .flatMap(by -> tokens.find(by, token))
                .map(
                        found ->
                                ResponseEntity.ok()
                                        .eTag(Revision.tag(Token.REVISION))
                                        .body(found.answer()));
    }

    @DeleteMapping("/{id}")
    Mono<ResponseEntity<Void>> revoke(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        UUID token = parse(id);
        var expected = Revision.expected(request);
        return Principal.current()
                .flatMap(
                        by ->
                                tokens.find(by, token)
                                        .doOnNext(_ -> expected.require(Token.REVISION))
                                        .then(Mono.defer(() -> tokens.revoke(by, token))))
                .thenReturn(ResponseEntity.noContent().build());
    }

    private Grant grant(byte @Nullable [] bytes, Principal by) {
        var violations = new Violations();
        var body = Body.object(bytes, violations);
        Grant grant = Grant.read(body, by, operations.scopes(), clock.instant());
        violations.refuse();
        return grant;
    }

    private static URI location(Token token) {
        return URI.create("/api/v1/tokens/" + Ids.text(Resource.TOKEN, token.id()));
    }

    private static UUID parse(String id) {
        return Ids.parse(Resource.TOKEN, id);
    }
}
