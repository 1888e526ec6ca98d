package io.weir.quota.redis;

import java.time.Duration;

/// How long things may take.
///
/// @param budget how long a request may wait for Redis
/// @param command after which a command counts as lost
/// @param beat between two signs of life of a node
/// @param life after which a node without one counts as dead
/// @param probe between two attempts to reach Redis while it is away
public record RedisTimes(
        Duration budget, Duration command, Duration beat, Duration life, Duration probe) {

    public static final RedisTimes DEFAULT =
            new RedisTimes(
                    Duration.ofMillis(5),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(200));

    public RedisTimes {
        if (budget.isNegative() || budget.isZero() || life.compareTo(beat) <= 0) {
            throw new IllegalArgumentException(
                    "budget must be positive and life longer than beat, were: %s, %s, %s"
                            .formatted(budget, life, beat));
        }
    }

    public RedisTimes withBudget(Duration other) {
        return new RedisTimes(other, command, beat, life, probe);
    }
}
