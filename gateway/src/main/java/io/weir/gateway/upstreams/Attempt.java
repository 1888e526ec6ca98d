package io.weir.gateway.upstreams;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;

/// What an attempt that failed before an answer began says: of its instance, and of whether it may
/// be repeated.
final class Attempt {

    /// Of which it does not matter how often they are done.
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.OPTIONS,
                    HttpMethod.PUT,
                    HttpMethod.DELETE);

    private Attempt() {}

    /// Whether the request can't have been done, or may be done twice. A body that is sent is gone.
    /// One that took too long is not repeated: whoever is slow is not helped by it.
    static boolean mayBeRepeated(Throwable failure, ServerHttpRequest request) {
        return neverConnected(failure)
                || (isBroken(failure)
                        && IDEMPOTENT.contains(request.getMethod())
                        && !hasBody(request));
    }

    /// Whether it is the instance that failed. A connection that broke while a body was sent may be
    /// the caller's.
    static boolean blames(Throwable failure, ServerHttpRequest request) {
        return neverConnected(failure)
                || failure instanceof PrematureCloseException
                || (isBroken(failure) && !hasBody(request))
                || (failure instanceof ResponseStatusException status
                        && status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT));
    }

    /// What a gateway or a server says that can't do its work. Other errors may be its callers'.
    static boolean blames(HttpStatusCode status) {
        return switch (status.value()) {
            case 502, 503, 504 -> true;
            default -> false;
        };
    }

    private static boolean neverConnected(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof UnknownHostException
                || failure instanceof NoRouteToHostException;
    }

    private static boolean isBroken(Throwable failure) {
        return failure instanceof IOException && !(failure instanceof AbortedException);
    }

    private static boolean hasBody(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        return headers.getContentLength() > 0
                || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }
}
