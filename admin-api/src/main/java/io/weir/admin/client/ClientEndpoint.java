package io.weir.admin.client;

import io.weir.admin.access.Transition;
import io.weir.admin.binding.Bindings;
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
import java.util.Objects;
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
@RequestMapping("/api/v1")
class ClientEndpoint {

    private final Clients clients;
    private final Listings listings;
    private final Quotas quotas;
    private final PeakDays peakDays;
    private final Bindings bindings;

    ClientEndpoint(
            Clients clients,
            Listings listings,
            Quotas quotas,
            PeakDays peakDays,
            Bindings bindings) {
        this.clients = clients;
        this.listings = listings;
        this.quotas = quotas;
        this.peakDays = peakDays;
        this.bindings = bindings;
    }

    @PostMapping(path = "/resellers/{id}/clients", consumes = "application/json")
    Mono<ResponseEntity<Client.Answer>> create(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        return clients.create(reseller, terms(bytes, null))
                .flatMap(made -> answer(made, HttpStatus.CREATED));
    }

    @GetMapping("/resellers/{id}/clients")
    Mono<ResponseEntity<Page<Client.Summary>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = Ids.parse(SubjectKind.RESELLER, id);
        var listing = Listing.of(request, "active", "suspended", "disabled");
        return listings.page(reseller, listing)
                .flatMap(
                        page ->
                                summaries(page.items())
                                        .map(items -> new Page<>(items, page.nextCursor())))
                .map(page -> page.answer(request));
    }

    @GetMapping("/clients/{id}")
    Mono<ResponseEntity<Client.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return clients.find(parse(id)).flatMap(found -> answer(found, HttpStatus.OK));
    }

    @PatchMapping(
            path = "/clients/{id}",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<ResponseEntity<Client.Answer>> edit(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID client = parse(id);
        return clients.edit(client, Revision.expected(request), now -> terms(bytes, now))
                .flatMap(edited -> answer(edited, HttpStatus.OK));
    }

    @DeleteMapping("/clients/{id}")
    Mono<ResponseEntity<Void>> delete(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return clients.delete(parse(id), Revision.expected(request))
                .thenReturn(ResponseEntity.noContent().build());
    }

    @PostMapping("/clients/{id}/suspend")
    Mono<ResponseEntity<Client.Answer>> suspend(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.SUSPEND);
    }

    @PostMapping("/clients/{id}/reactivate")
    Mono<ResponseEntity<Client.Answer>> reactivate(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.REACTIVATE);
    }

    @PostMapping("/clients/{id}/disable")
    Mono<ResponseEntity<Client.Answer>> disable(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return move(request, id, body, Transition.DISABLE);
    }

    @PutMapping(path = "/clients/{id}/default-rule", consumes = "application/json")
    Mono<ResponseEntity<Client.Answer>> bindRule(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID client = parse(id);
        UUID rule = Body.single(bytes, "rule_id", Form.id(Resource.RULE));
        return bindings.rule(SubjectKind.CLIENT, client, rule)
                .then(Mono.defer(() -> clients.find(client)))
                .flatMap(found -> answer(found, HttpStatus.OK));
    }

    private Mono<ResponseEntity<Client.Answer>> move(
            ServerHttpRequest request, String id, byte @Nullable [] body, Transition transition) {
        new Query(request).nothingElse();
        Body.empty(body);
        return clients.move(parse(id), transition).flatMap(moved -> answer(moved, HttpStatus.OK));
    }

    private static Terms terms(byte @Nullable [] bytes, @Nullable Terms now) {
        var violations = new Violations();
        Terms terms = Terms.read(Body.object(bytes, violations), now);
        violations.refuse();
        return terms;
    }

    private Mono<ResponseEntity<Client.Answer>> answer(Client client, HttpStatus status) {
        return summaries(List.of(client))
                .map(List::getFirst)
                .zipWith(
                        peakDays.of(client),
                        (summary, peak) -> new Client.Answer(summary, peak.orElse(null)))
                .map(
                        answer -> {
                            var entity =
                                    ResponseEntity.status(status)
                                            .eTag(Revision.tag(client.revision()));
                            if (status == HttpStatus.CREATED) {
                                entity.location(
                                        URI.create("/api/v1/clients/" + answer.summary().id()));
                            }
                            return entity.body(answer);
                        });
    }

    private Mono<List<Client.Summary>> summaries(List<Client> found) {
        return quotas.of(found.stream().map(Client::counted).toList())
                .map(
                        used ->
                                found.stream()
                                        .map(
                                                one ->
                                                        one.summary(
                                                                Objects.requireNonNull(
                                                                        used.get(one.counted()))))
                                        .toList());
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.CLIENT, id);
    }
}
