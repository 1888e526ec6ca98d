package io.weir.admin.audit;

import io.weir.admin.wire.Page;
import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Query;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/audit-log")
class AuditEndpoint {

    private final Entries entries;

    AuditEndpoint(Entries entries) {
        this.entries = entries;
    }

    @GetMapping
    Mono<ResponseEntity<Page<Entry.Answer>>> list(ServerHttpRequest request) {
        var search = Search.of(request);
        return entries.list(search)
                .map(found -> Page.of(found, search.limit(), Entry::place))
                .map(page -> page.map(Entry::answer).answer(request));
    }

    @GetMapping("/verify")
    Mono<Verification> verify(ServerWebExchange exchange) {
        new Query(exchange.getRequest()).nothingElse();
        Patience.ask(exchange);
        return entries.verify();
    }
}
