package io.weir.admin.wire;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// What holds for every exchange: it has an id, which goes with it, and is not cached.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Exchanges implements WebFilter {

    static final String REQUEST_ID = "x-request-id";
    private static final Pattern ACCEPTABLE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = requestId(exchange.getRequest().getHeaders());
        var answer = exchange.getResponse().getHeaders();
        answer.set(REQUEST_ID, id);
        answer.set(HttpHeaders.CACHE_CONTROL, "no-store");
        var request = new Request(id, exchange.getRequest().getPath().value());
        return chain.filter(new Unconditional(exchange))
                .contextWrite(context -> context.put(Request.class, request));
    }

    /// A revision tells of what was written; the usage in the same answer moves on without it, so
    /// "not modified" would be wrong.
    private static final class Unconditional extends ServerWebExchangeDecorator {

        Unconditional(ServerWebExchange exchange) {
            super(exchange);
        }

        @Override
        public boolean checkNotModified(@Nullable String etag, Instant lastModified) {
            return false;
        }
    }

    private static String requestId(HttpHeaders headers) {
        String given = headers.getFirst(REQUEST_ID);
        return given != null && ACCEPTABLE_ID.matcher(given).matches()
                ? given
                : UuidCreator.getTimeOrderedEpoch().toString();
    }
}
