package io.weir.admin.balance;

import io.weir.admin.wire.IdempotencyKey;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/resellers/{id}")
class BalanceEndpoint {

    private final Balances balances;
    private final Ledger ledger;
    private final Revenues revenues;
    private final Clock clock;

    BalanceEndpoint(Balances balances, Ledger ledger, Revenues revenues, Clock clock) {
        this.balances = balances;
        this.ledger = ledger;
        this.revenues = revenues;
        this.clock = clock;
    }

    @GetMapping("/balance")
    Mono<Balance.Answer> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return balances.find(parse(id)).map(Balance::answer);
    }

    @PostMapping(path = "/top-ups", consumes = "application/json")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<TopUp.Answer> topUp(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID reseller = parse(id);
        IdempotencyKey.require(request);
        return balances.topUp(reseller, TopUp.read(bytes)).map(TopUp::answer);
    }

    @GetMapping("/ledger-entries")
    Mono<ResponseEntity<Page<Entry.Answer>>> statement(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = parse(id);
        var listing = Listing.of(request);
        return balances.find(reseller)
                .then(Mono.defer(() -> ledger.statement(reseller, listing)))
                .map(found -> Page.of(found, listing.limit(), Entry::id))
                .map(page -> page.map(Entry::answer).answer(request));
    }

    @GetMapping("/revenue")
    Mono<Revenue.Answer> revenue(ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = parse(id);
        return revenues.of(reseller, Revenue.Span.read(new Query(request), clock))
                .map(Revenue::answer);
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
