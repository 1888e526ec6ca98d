package io.weir.admin.reseller;

import io.weir.admin.access.Transition;
import io.weir.admin.binding.Bindings;
import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import io.weir.admin.quota.Quotas;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
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
@RequestMapping("/api/v1/resellers")
class ResellerEndpoint {

    private static final int LONGEST_CODE = 64;

    private final Resellers resellers;
    private final Quotas quotas;
    private final Bindings bindings;

    ResellerEndpoint(Resellers resellers, Quotas quotas, Bindings bindings) {
        this.resellers = resellers;
        this.quotas = quotas;
        this.bindings = bindings;
    }

    @PostMapping(consumes = "application/json")
    Mono<ResponseEntity<Reseller.Answer>> create(
            ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        Terms terms = Terms.read(body, null);
        String referral = body.nullable("referral_code", Form.text(LONGEST_CODE), null);
        body.nothingElse();
        violations.refuse();
        return resellers.create(terms, referral).flatMap(made -> answer(made, HttpStatus.CREATED));
    }

    @GetMapping
    Mono<ResponseEntity<Page<Reseller.Answer>>> list(ServerHttpRequest request) {
        var listing = Listing.of(request, "active", "suspended", "disabled");
        return Principal.current()
                .flatMap(by -> resellers.list(by.reseller(), listing))
                .map(found -> Page.of(found, listing.limit(), Reseller::id))
                .flatMap(
                        page ->
                                answers(page.items())
                                        .map(items -> new Page<>(items, page.nextCursor())))
                .map(page -> page.answer(request));
    }

    @GetMapping("/{id}")
    Mono<ResponseEntity<Reseller.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return resellers.find(parse(id)).flatMap(found -> answer(found, HttpStatus.OK));
    }

    @PatchMapping(
            path = "/{id}",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<ResponseEntity<Reseller.Answer>> edit(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = parse(id);
        var expected = Revision.expected(request);
        return Principal.current()
                .flatMap(
                        by ->
                                resellers.edit(
                                        reseller, expected, now -> edited(bytes, now, by.role())))
                .flatMap(edited -> answer(edited, HttpStatus.OK));
    }

    @DeleteMapping("/{id}")
    Mono<ResponseEntity<Void>> delete(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return resellers
                .delete(parse(id), Revision.expected(request))
                .thenReturn(ResponseEntity.noContent().build());
    }

    @PostMapping("/{id}/suspend")
    Mono<ResponseEntity<Reseller.Answer>> suspend(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.SUSPEND);
    }

    @PostMapping("/{id}/reactivate")
    Mono<ResponseEntity<Reseller.Answer>> reactivate(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.REACTIVATE);
    }

    @PostMapping("/{id}/disable")
    Mono<ResponseEntity<Reseller.Answer>> disable(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.DISABLE);
    }

    @PutMapping(path = "/{id}/default-rule", consumes = "application/json")
    Mono<ResponseEntity<Reseller.Answer>> bindRule(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = parse(id);
        UUID rule = Body.single(bytes, "rule_id", Form.id(Resource.RULE));
        return bindings.rule(SubjectKind.RESELLER, reseller, rule)
                .then(Mono.defer(() -> resellers.find(reseller)))
                .flatMap(found -> answer(found, HttpStatus.OK));
    }

    private Mono<ResponseEntity<Reseller.Answer>> move(
            ServerHttpRequest request, String id, byte @Nullable [] body, Transition transition) {
        new Query(request).nothingElse();
        Body.empty(body);
        return resellers.move(parse(id), transition).flatMap(moved -> answer(moved, HttpStatus.OK));
    }

    private static Terms edited(byte @Nullable [] bytes, Terms now, Role by) {
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        Terms terms =
                switch (by) {
                    case OPERATOR -> Terms.read(body, now);
                    case RESELLER -> Terms.readOwn(body, now);
                };
        body.nothingElse();
        violations.refuse();
        return terms;
    }

    private Mono<ResponseEntity<Reseller.Answer>> answer(Reseller reseller, HttpStatus status) {
        return answers(List.of(reseller))
                .map(List::getFirst)
                .map(
                        answer -> {
                            var entity =
                                    ResponseEntity.status(status)
                                            .eTag(Revision.tag(reseller.revision()));
                            if (status == HttpStatus.CREATED) {
                                entity.location(URI.create("/api/v1/resellers/" + answer.id()));
                            }
                            return entity.body(answer);
                        });
    }

    private Mono<List<Reseller.Answer>> answers(List<Reseller> found) {
        return quotas.of(found.stream().map(Reseller::counted).toList())
                .map(
                        pools ->
                                found.stream()
                                        .map(
                                                one ->
                                                        one.answer(
                                                                java.util.Objects.requireNonNull(
                                                                        pools.get(one.counted()))))
                                        .toList());
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
