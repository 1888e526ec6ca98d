package io.weir.admin.rule;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
class RuleEndpoint {

    private final Rules rules;

    RuleEndpoint(Rules rules) {
        this.rules = rules;
    }

    @PostMapping(path = "/resellers/{id}/rules", consumes = "application/json")
    Mono<ResponseEntity<Rule.Answer>> create(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        return rules.create(reseller, read(bytes, body -> Terms.read(body, null)))
                .map(
                        rule ->
                                ResponseEntity.created(
                                                URI.create("/api/v1/rules/" + rule.answer().id()))
                                        .eTag(Revision.tag(rule.revision()))
                                        .body(rule.answer()));
    }

    @GetMapping("/resellers/{id}/rules")
    Mono<ResponseEntity<Page<Rule.Answer>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        var listing = Listing.of(request, "enabled", "disabled");
        return rules.list(reseller, listing)
                .map(found -> Page.of(found, listing.limit(), Rule::id))
                .map(page -> page.map(Rule::answer).answer(request));
    }

    @PostMapping(path = "/rules/preview", consumes = "application/json")
    Rule.Preview preview(
            ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        return Rule.Preview.of(read(bytes, Terms::draft));
    }

    @GetMapping("/rules/{id}")
    Mono<ResponseEntity<Rule.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return rules.find(parse(id)).map(rule -> answer(rule, rule.answer()));
    }

    @PatchMapping(
            path = "/rules/{id}",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<ResponseEntity<Rule.Changed>> edit(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID rule = parse(id);
        var expected = Revision.expected(request);
        return change(
                rule,
                "edit",
                before -> expected.require(before.revision()),
                now -> read(bytes, body -> Terms.read(body, now)));
    }

    @DeleteMapping("/rules/{id}")
    Mono<ResponseEntity<Void>> delete(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return rules.delete(parse(id), Revision.expected(request))
                .thenReturn(ResponseEntity.noContent().build());
    }

    @PostMapping("/rules/{id}/activate")
    Mono<ResponseEntity<Rule.Changed>> activate(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        new Query(request).nothingElse();
        Body.empty(body);
        return change(parse(id), "activate", _ -> {}, now -> now.enabled(true));
    }

    @PostMapping("/rules/{id}/deactivate")
    Mono<ResponseEntity<Rule.Changed>> deactivate(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        new Query(request).nothingElse();
        Body.empty(body);
        return change(parse(id), "deactivate", _ -> {}, now -> now.enabled(false));
    }

    private Mono<ResponseEntity<Rule.Changed>> change(
            UUID id, String action, Consumer<Rule> condition, UnaryOperator<Terms> edit) {
        return rules.edit(id, action, condition, edit)
                .map(
                        change ->
                                answer(
                                        change.is(),
                                        new Rule.Changed(
                                                change.is().answer(), change.freedKeys())));
    }

    private static <T> ResponseEntity<T> answer(Rule rule, T shown) {
        return ResponseEntity.ok().eTag(Revision.tag(rule.revision())).body(shown);
    }

    private static Terms read(byte @Nullable [] bytes, Function<Body, Terms> reading) {
        var violations = new Violations();
        Terms terms = reading.apply(Body.object(bytes, violations));
        violations.refuse();
        return terms;
    }

    private static UUID parse(String id) {
        return Ids.parse(Resource.RULE, id);
    }
}
