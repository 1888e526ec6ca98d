package io.weir.gateway.failure;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.micrometer.core.instrument.Counter;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import tools.jackson.databind.json.JsonMapper;

/// Takes the place of the host's page of errors.
final class Unanswered implements ErrorWebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(Unanswered.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Counter faults;

    Unanswered(Counter faults) {
        this.faults = faults;
    }

    /// Before the host's handler of statuses, which answers without a body.
    @Override
    public int getOrder() {
        return -1;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        boolean brokenOff = isBrokenOff(failure);
        if (brokenOff && hasLeft(exchange.getRequest())) {
            return Mono.empty();
        }
        if (!(failure instanceof ErrorResponse || (brokenOff && response.isCommitted()))) {
            faults.increment();
            log.error("A request of {} failed", route(exchange), new Fault(failure));
        }
        return response.isCommitted() ? Mono.error(failure) : write(response, failure);
    }

    /// A connection, be it the caller's or the upstream's.
    private static boolean isBrokenOff(Throwable failure) {
        return failure instanceof AbortedException
                || failure instanceof IOException
                || failure instanceof ChannelException;
    }

    private static boolean hasLeft(ServerHttpRequest request) {
        HttpServerRequest asked = ServerHttpRequestDecorator.getNativeRequest(request);
        boolean[] left = new boolean[1];
        asked.withConnection(connection -> left[0] = !connection.channel().isActive());
        return left[0];
    }

    private static String route(ServerWebExchange exchange) {
        Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
        return route == null ? "no route" : route.getId();
    }

    private static Mono<Void> write(ServerHttpResponse response, Throwable failure) {
        HttpStatusCode status = HttpStatus.INTERNAL_SERVER_ERROR;
        HttpHeaders headers = response.getHeaders();
        if (failure instanceof ErrorResponse told) {
            status = told.getStatusCode();
            headers.putAll(told.getHeaders());
        }
        byte[] body = JSON.writeValueAsBytes(problem(status));
        response.setStatusCode(status);
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setContentLength(body.length);
        headers.setCacheControl("no-store");
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    /// RFC 9457, section 4.2.1: where there is no more to a problem than its status.
    private static Map<String, Object> problem(HttpStatusCode code) {
        HttpStatus status = HttpStatus.resolve(code.value());
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", status == null ? "Error" : status.getReasonPhrase());
        problem.put("status", code.value());
        if (status == HttpStatus.NOT_FOUND) {
            problem.put("detail", "Nothing is served at this path.");
        }
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            problem.put("detail", "This is our fault, not yours.");
        }
        return problem;
    }

    /// What went wrong, without what the host has noted of the request: its query may hold what is
    /// secret.
    private static final class Fault extends Exception {

        private static final long serialVersionUID = 1L;

        private Fault(Throwable failure) {
            super(failure.toString(), failure.getCause(), false, true);
            setStackTrace(failure.getStackTrace());
        }
    }
}
