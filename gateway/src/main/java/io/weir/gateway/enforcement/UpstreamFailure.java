package io.weir.gateway.enforcement;

import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.TimeoutException;
import io.weir.gateway.edge.BodyTooLarge;
import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.gateway.upstreams.UpstreamUnavailable;
import io.weir.quota.usage.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/// What a caller is told of an upstream's failure: that it failed, and nothing about where it is.
final class UpstreamFailure {

    /// Until a connection is free, as a guess.
    private static final Duration ROOM = Duration.ofSeconds(1);

    private UpstreamFailure() {}

    /// A connection that the caller closed is found out by writing to it.
    static Outcome outcome(Throwable failure) {
        return failure instanceof AbortedException ? Outcome.CANCELED : Outcome.FAILED;
    }

    /// Nothing for a failure that is not the upstream's.
    ///
    /// @param forwarded then what can't be understood is the upstream's answer
    static Optional<Refusal> told(Throwable failure, boolean forwarded) {
        return switch (failure) {
            case ResponseStatusException status
                    when status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT) ->
                    timeout();
            case ConnectTimeoutException _, TimeoutException _ -> timeout();
            case UpstreamUnavailable unavailable -> unavailable(unavailable.retryAfter());
            case PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ ->
                    unavailable(ROOM);
            // no connection could be opened: what one takes has run out here
            case ChannelException _ when !forwarded -> unavailable(ROOM);
            case AbortedException _ -> Optional.empty();
            case BodyTooLarge large -> Optional.of(Refusal.tooLarge(large.most()));
            case DecoderException _, IllegalArgumentException _ when forwarded -> failed();
            case IOException _ -> failed();
            default -> Optional.empty();
        };
    }

    private static Optional<Refusal> timeout() {
        return Optional.of(
                Refusal.of(Kind.UPSTREAM_TIMEOUT, "No answer came within the time allowed."));
    }

    private static Optional<Refusal> unavailable(Duration retryAfter) {
        return Optional.of(
                new Refusal(
                        Kind.UPSTREAM_UNAVAILABLE,
                        "Nothing was forwarded to it: please try again shortly.",
                        List.of(),
                        Optional.empty(),
                        Optional.of(retryAfter)));
    }

    private static Optional<Refusal> failed() {
        return Optional.of(
                Refusal.of(Kind.UPSTREAM_FAILED, "The connection to it failed or broke off."));
    }
}
