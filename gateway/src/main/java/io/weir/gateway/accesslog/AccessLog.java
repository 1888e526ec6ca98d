package io.weir.gateway.accesslog;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import io.weir.gateway.accesslog.Entry.Asked;
import io.weir.gateway.accesslog.Entry.End;
import io.weir.gateway.accesslog.Entry.Told;
import io.weir.quota.subject.Subject;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerState;

/// Follows each request of a server from its head to its end, whichever way it ends, at the place
/// where the server hands it over: there it is the same for HTTP/1.1 and HTTP/2.
final class AccessLog implements AccessNotes, AutoCloseable {

    private static final AttributeKey<Entry> UNDER_WAY =
            AttributeKey.valueOf(AccessLog.class, "entry");
    private static final String REQUEST_ID = "x-request-id";
    private static final String TRACE_PARENT = "traceparent";
    private static final int NO_STATUS = 0;

    private final Lines lines;
    private final InstantSource clock;
    private final LongSupplier ticker;

    /// @param ticker nanoseconds of the monotonic clock
    AccessLog(Lines lines, InstantSource clock, LongSupplier ticker) {
        this.lines = lines;
        this.clock = clock;
        this.ticker = ticker;
    }

    HttpServer follow(HttpServer server) {
        return server.mapHandle(this::followed).childObserve(this::observe);
    }

    @Override
    public void close() {
        lines.close();
    }

    @Override
    public void decided(
            ServerHttpRequest request,
            String id,
            String route,
            @Nullable Subject key,
            String decision) {
        Entry entry = entry(request);
        if (entry != null) {
            entry.id = id;
            entry.route = route;
            entry.key = key;
            entry.decision = decision;
        }
    }

    @Override
    public void traced(ServerHttpRequest request, String traceId) {
        Entry entry = entry(request);
        if (entry != null) {
            entry.traceId = traceId;
        }
    }

    private static @Nullable Entry entry(ServerHttpRequest request) {
        Object own = ServerHttpRequestDecorator.getNativeRequest(request);
        return own instanceof Connection connection
                ? connection.channel().attr(UNDER_WAY).get()
                : null;
    }

    private Mono<Void> followed(Mono<Void> handling, Connection connection) {
        var entry = new Entry(clock.millis(), ticker.getAsLong(), asked(connection));
        connection.channel().attr(UNDER_WAY).set(entry);
        return handling.doFinally(signal -> end(entry, connection, end(signal)));
    }

    /// What is no HTTP never reaches a handler: the server answers it by itself.
    private void observe(Connection connection, ConnectionObserver.State state) {
        if (state == HttpServerState.REQUEST_DECODING_FAILED) {
            var entry = new Entry(clock.millis(), ticker.getAsLong(), asked(connection));
            end(entry, connection, End.MALFORMED);
        }
    }

    private void end(Entry entry, Connection connection, End how) {
        lines.add(entry.ended(told(connection, how), ticker.getAsLong()));
    }

    private static End end(SignalType signal) {
        return switch (signal) {
            case ON_COMPLETE -> End.COMPLETE;
            case CANCEL -> End.ABORTED;
            default -> End.FAILED;
        };
    }

    private static Asked asked(Connection connection) {
        if (!(connection instanceof HttpServerRequest request)) {
            return new Asked(remote(connection.channel()), "", "", "", null, null, null);
        }
        HttpHeaders headers = request.requestHeaders();
        return new Asked(
                remote(connection.channel()),
                request.method().name(),
                request.uri(),
                request.protocol(),
                headers.get(REQUEST_ID),
                headers.get(TRACE_PARENT),
                headers.get(HttpHeaderNames.USER_AGENT));
    }

    private static String remote(Channel channel) {
        Channel own = channel.parent() == null ? channel : connection(channel);
        return own.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "";
    }

    /// A stream of HTTP/2 is a channel within the connection's; a server is no parent of that kind.
    private static Channel connection(Channel channel) {
        return channel.parent() instanceof io.netty.channel.ServerChannel
                ? channel
                : channel.parent();
    }

    private static Told told(Connection connection, End how) {
        if (!(connection instanceof HttpServerResponse response) || !response.hasSentHeaders()) {
            return new Told(NO_STATUS, -1, null, how);
        }
        HttpHeaders headers = response.responseHeaders();
        return new Told(
                response.status().code(),
                headers.getInt(HttpHeaderNames.CONTENT_LENGTH, -1),
                headers.get(REQUEST_ID),
                how);
    }
}
