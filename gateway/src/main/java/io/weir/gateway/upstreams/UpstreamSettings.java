package io.weir.gateway.upstreams;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What holds for routes that say nothing else in their metadata, beside the host's own settings.
///
/// @param streamIdleTimeout how long an answer that has begun may pause; 1 ms to 1 day
/// @param maxPending the most requests of a route that wait for a connection to one instance; 1 to
///   1,000,000
@ConfigurationProperties("weir.upstream")
record UpstreamSettings(
        @DefaultValue("5m") Duration streamIdleTimeout, @DefaultValue("1000") int maxPending) {

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST = 1_000_000;

    UpstreamSettings {
        if (!isTimeout(streamIdleTimeout)) {
            throw new IllegalArgumentException(
                    "WEIR_STREAM_IDLE_TIMEOUT must be 1 ms to 1 day, was: " + streamIdleTimeout);
        }
        if (!isCount(maxPending)) {
            throw new IllegalArgumentException(
                    "WEIR_MAX_PENDING must be 1 to %d, was: %d".formatted(MOST, maxPending));
        }
    }

    static boolean isTimeout(Duration timeout) {
        return timeout.toMillis() > 0 && timeout.compareTo(LONGEST) <= 0;
    }

    static boolean isCount(int count) {
        return count > 0 && count <= MOST;
    }
}
