package io.weir.gateway.upstreams;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.isAlreadyRouted;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.setAlreadyRouted;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient.RequestSender;
import reactor.netty.http.client.HttpClientResponse;

/// Forwards requests, over each route's own connections. It stands where the host's own filter
/// would, and leaves what that one leaves for the filters after it.
///
/// It is written anew for what it does not do: the host copies its client three times for each
/// request and the fields as often, reads the address by a regular expression, collects a body
/// where there is none, and waits for the answer with a timer of another thread.
final class RoutingFilter implements GlobalFilter, Ordered {

    private final RouteClients clients;
    private final PassedFields passed;
    private final ObjectProvider<List<HttpHeadersFilter>> provided;
    private volatile @Nullable List<HttpHeadersFilter> fieldFilters;

    /// Of event loops: setting and ending a timer there takes no lock, and wakes nobody.
    private final Map<EventLoop, Scheduler> timers = new ConcurrentHashMap<>();

    RoutingFilter(
            ObjectProvider<List<HttpHeadersFilter>> provided,
            PassedFields passed,
            RouteClients clients) {
        this.provided = provided;
        this.passed = passed;
        this.clients = clients;
    }

    @Override
    public int getOrder() {
        return NettyRoutingFilter.ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI url = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        if (isAlreadyRouted(exchange) || !isHttp(url.getScheme())) {
            return chain.filter(exchange);
        }
        setAlreadyRouted(exchange);
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        EventLoop loop = loop(exchange.getRequest());
        RouteConnections connections = clients.of(route);
        RequestSender asking =
                connections
                        .client(loop)
                        .request(HttpMethod.valueOf(exchange.getRequest().getMethod().name()))
                        .uri(url);
        return inTime(answered(asking, exchange), connections.responseTimeout(), loop)
                .then(chain.filter(exchange));
    }

    private static boolean isHttp(@Nullable String scheme) {
        return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    }

    private static @Nullable EventLoop loop(ServerHttpRequest request) {
        Object sent = ServerHttpRequestDecorator.getNativeRequest(request);
        return sent instanceof Connection caller ? caller.channel().eventLoop() : null;
    }

    /// Once the head of the answer is there.
    private Mono<Void> answered(RequestSender asking, ServerWebExchange exchange) {
        HttpHeaders fields = HttpHeadersFilter.filterRequest(filters(), exchange);
        String host =
                exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false)
                        ? exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST)
                        : null;
        var sent = new SentRequest(exchange.getRequest(), fields, passed, host);
        return asking.send(sent::send)
                .responseConnection(
                        (answer, connection) -> {
                            begun(answer, connection, exchange);
                            return Mono.<Void>empty();
                        })
                .then();
    }

    private Mono<Void> inTime(
            Mono<Void> answered, @Nullable Duration timeout, @Nullable EventLoop loop) {
        return timeout == null ? answered : answered.timeout(timeout, late(timeout), timer(loop));
    }

    private Scheduler timer(@Nullable EventLoop loop) {
        return loop == null
                ? Schedulers.parallel()
                : timers.computeIfAbsent(loop, Schedulers::fromExecutorService);
    }

    private static Mono<Void> late(Duration timeout) {
        return Mono.error(
                () ->
                        new ResponseStatusException(
                                HttpStatus.GATEWAY_TIMEOUT, "No answer began within " + timeout));
    }

    private void begun(
            HttpClientResponse answer, Connection connection, ServerWebExchange exchange) {
        var attributes = exchange.getAttributes();
        attributes.put(CLIENT_RESPONSE_ATTR, answer);
        attributes.put(CLIENT_RESPONSE_CONN_ATTR, connection);
        var fields = new HttpHeaders(new Netty4HeadersAdapter(answer.responseHeaders()));
        String type = fields.getFirst(HttpHeaders.CONTENT_TYPE);
        if (type != null && !type.isEmpty()) {
            attributes.put(ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR, type);
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status().code()));
        HttpHeaders told =
                HttpHeadersFilter.filter(
                        filters(), fields, exchange, HttpHeadersFilter.Type.RESPONSE);
        attributes.put(CLIENT_RESPONSE_HEADER_NAMES, passOn(told, response.getHeaders()));
    }

    /// Hands back their names. A length that is stated takes the place of chunks.
    private static Set<String> passOn(HttpHeaders told, HttpHeaders response) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        PassedFields.ofAnswer(
                told,
                (name, values) -> {
                    names.add(name);
                    response.addAll(name, values);
                });
        if (names.contains(HttpHeaders.CONTENT_LENGTH)) {
            response.remove(HttpHeaders.TRANSFER_ENCODING);
        }
        return names;
    }

    private List<HttpHeadersFilter> filters() {
        List<HttpHeadersFilter> known = fieldFilters;
        if (known == null) {
            known = provided.getIfAvailable(List::of);
            fieldFilters = known;
        }
        return known;
    }
}
