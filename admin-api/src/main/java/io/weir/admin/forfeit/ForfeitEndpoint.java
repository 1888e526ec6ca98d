package io.weir.admin.forfeit;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class ForfeitEndpoint {

    private final Leases leases;
    private final Forfeits forfeits;

    ForfeitEndpoint(Leases leases, Forfeits forfeits) {
        this.leases = leases;
        this.forfeits = forfeits;
    }

    @GetMapping("/leases")
    Mono<ResponseEntity<Page<Lease.Answer>>> listLeases(ServerHttpRequest request) {
        var listing = Listing.of(request, "active", "expired");
        return leases.list(listing)
                .map(found -> Page.of(found, listing.limit(), Lease::id))
                .map(page -> page.map(Lease::answer).answer(request));
    }

    @PostMapping("/nodes/{id}/forfeit")
    Mono<Forfeit.Made> give(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        new Query(request).nothingElse();
        Body.empty(body);
        UUID node = Ids.parse(Resource.NODE, id);
        return forfeits.give(node).map(made -> new Forfeit.Made(id, made));
    }

    @GetMapping("/forfeits")
    Mono<ResponseEntity<Page<Forfeit.Answer>>> list(ServerHttpRequest request) {
        var listing = Listing.of(request, "undecided", "refunded", "booked");
        return forfeits.list(listing)
                .map(found -> Page.of(found, listing.limit(), Forfeit::id))
                .map(page -> page.map(Forfeit::answer).answer(request));
    }

    @GetMapping("/forfeits/{id}")
    Mono<ResponseEntity<Forfeit.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return forfeits.find(Ids.parse(Resource.FORFEIT, id)).map(ForfeitEndpoint::answer);
    }

    @PostMapping("/forfeits/{id}/refund")
    Mono<ResponseEntity<Forfeit.Answer>> refund(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return decide(request, id, body, Decision.REFUNDED);
    }

    @PostMapping("/forfeits/{id}/book")
    Mono<ResponseEntity<Forfeit.Answer>> book(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body) {
        return decide(request, id, body, Decision.BOOKED);
    }

    private Mono<ResponseEntity<Forfeit.Answer>> decide(
            ServerHttpRequest request, String id, byte @Nullable [] body, Decision decision) {
        new Query(request).nothingElse();
        Body.empty(body);
        return forfeits.decide(Ids.parse(Resource.FORFEIT, id), decision)
                .map(ForfeitEndpoint::answer);
    }

    private static ResponseEntity<Forfeit.Answer> answer(Forfeit forfeit) {
        return ResponseEntity.ok().eTag(Revision.tag(forfeit.revision())).body(forfeit.answer());
    }
}
