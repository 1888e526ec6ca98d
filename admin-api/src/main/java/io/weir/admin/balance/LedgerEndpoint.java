package io.weir.admin.balance;

import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Query;
import java.time.Duration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
class LedgerEndpoint {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Ledger ledger;

    LedgerEndpoint(Ledger ledger) {
        this.ledger = ledger;
    }

    @GetMapping("/api/v1/ledger/verify")
    Mono<Verification> verify(ServerWebExchange exchange) {
        new Query(exchange.getRequest()).nothingElse();
        Patience.ask(exchange);
        return ledger.verify(LONGEST);
    }
}
