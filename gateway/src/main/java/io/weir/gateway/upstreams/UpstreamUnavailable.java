package io.weir.gateway.upstreams;

import java.time.Duration;

/// All instances of an upstream are left alone at the moment: nothing was forwarded.
public final class UpstreamUnavailable extends RuntimeException {

    private final Duration retryAfter;

    /// @param retryAfter until one of them is tried again
    UpstreamUnavailable(Duration retryAfter) {
        super("No instance is available", null, false, false);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
