package io.weir.quota.lease;

import java.time.Duration;
import reactor.core.scheduler.Scheduler;

/// How long things may take.
///
/// @param answerTime how long the store may take to answer before it counts as away
/// @param life how long a lease is spent at most without the store having renewed it
/// @param timer what tells that it took longer
record Pace(Duration answerTime, Duration life, Scheduler timer) {

    /// Often enough that a node is never taken for dead between two reports, which are at most two
    /// seconds apart.
    private static final Duration HEARTBEAT = Duration.ofMillis(1_500);

    private static final int RENEWALS_PER_LIFE = 3;

    /// A lease that the store has not heard of for this long is renewed.
    long renewalNanos() {
        return life.toNanos() / RENEWALS_PER_LIFE;
    }

    /// A node that has nothing to say for this long says that it is alive.
    long heartbeatNanos() {
        return HEARTBEAT.toNanos();
    }
}
