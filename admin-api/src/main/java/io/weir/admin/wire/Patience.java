package io.weir.admin.wire;

import java.time.Duration;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// How long an answer may take: not long, unless its endpoint says that it needs more.
public final class Patience {

    private static final String ASKED = Patience.class.getName();
    private static final Duration USUAL = Duration.ofMillis(1200);

    private Patience() {}

    /// For work that takes as long as there is data; it then bounds itself.
    public static void ask(ServerWebExchange exchange) {
        exchange.getAttributes().put(ASKED, true);
    }

    /// Emits when the time is up, unless more was asked for.
    public static Mono<Long> end(ServerWebExchange exchange) {
        return Mono.delay(USUAL)
                .flatMap(
                        over ->
                                exchange.getAttributes().containsKey(ASKED)
                                        ? Mono.never()
                                        : Mono.just(over));
    }
}
