package io.weir.gateway.trace;

import io.weir.gateway.accesslog.AccessNotes;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Begins traces, where that is asked for. Whoever sends a context that is none has sent none, and
/// what belongs to it goes with it.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "weir.trace-context", havingValue = "create")
class Tracing {

    private static final String STATE = "tracestate";

    @Bean
    HttpHeadersFilter traceFilter(TraceSettings settings, AccessNotes notes) {
        return (sent, exchange) -> traced(sent, exchange, settings.traceSampling(), notes);
    }

    private static HttpHeaders traced(
            HttpHeaders sent, ServerWebExchange exchange, double sampling, AccessNotes notes) {
        List<String> parents = sent.getOrEmpty(TraceParent.FIELD);
        if (parents.size() == 1 && TraceParent.isValid(parents.getFirst())) {
            return sent;
        }
        var random = ThreadLocalRandom.current();
        String parent = TraceParent.random(random, random.nextDouble() < sampling);
        notes.traced(exchange.getRequest(), TraceParent.traceId(parent));
        var traced = new HttpHeaders(sent);
        traced.remove(STATE);
        traced.set(TraceParent.FIELD, parent);
        return traced;
    }
}
