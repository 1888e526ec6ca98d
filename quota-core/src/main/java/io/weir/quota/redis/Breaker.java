package io.weir.quota.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether Redis is away. A failed call says so at once, slow ones when there are several in a row;
/// only a probe in the background says that it is back.
final class Breaker {

    private static final Logger log = LoggerFactory.getLogger(Breaker.class);
    private static final int OVERDUE = 3;

    private final long lifeNanos;
    private final AtomicInteger overdue = new AtomicInteger();
    private volatile boolean away = true;
    private volatile long heardAt;

    /// @param life after which Redis takes a node for dead that it did not hear of
    Breaker(Duration life) {
        this.lifeNanos = life.toNanos();
    }

    boolean isAway() {
        return away;
    }

    /// Whether Redis is away or may take this node for dead, as after a long sleep.
    boolean isAway(long nanoTime) {
        return away || nanoTime - heardAt > lifeNanos;
    }

    void succeeded() {
        if (overdue.get() != 0) {
            overdue.set(0);
        }
    }

    void overdue() {
        if (overdue.incrementAndGet() >= OVERDUE && !away) {
            log.warn("Redis is slow: this node's share of each limit decides");
            away = true;
        }
    }

    void failed(Throwable cause) {
        if (!away) {
            log.warn("Redis is away: this node's share of each limit decides", cause);
            away = true;
        }
    }

    /// @param nanoTime before Redis was told that this node lives
    void restored(long nanoTime) {
        heardAt = nanoTime;
        overdue.set(0);
        if (away) {
            log.info("Redis answers");
            away = false;
        }
    }
}
