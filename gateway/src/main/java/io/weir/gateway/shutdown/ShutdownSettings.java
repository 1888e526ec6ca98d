package io.weir.gateway.shutdown;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param drainDelay how long requests are served on as ever after the readiness is off
/// @param drainTime how long requests under way may take after that
@ConfigurationProperties("weir")
record ShutdownSettings(
        @DefaultValue("5s") Duration drainDelay, @DefaultValue("12s") Duration drainTime) {

    ShutdownSettings {
        if (drainTime.isNegative() || drainTime.isZero()) {
            throw new IllegalArgumentException(
                    "WEIR_DRAIN_TIME must be more than 0 s, was: " + drainTime);
        }
        if (drainDelay.isNegative() || drainDelay.compareTo(drainTime) > 0) {
            throw new IllegalArgumentException(
                    "WEIR_DRAIN_DELAY must be 0 s to WEIR_DRAIN_TIME, was: " + drainDelay);
        }
    }
}
