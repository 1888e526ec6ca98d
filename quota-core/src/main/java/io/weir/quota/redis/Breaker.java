package io.weir.quota.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether Redis is away. A failed call says so at once, slow ones when there are several in a row;
/// only a probe in the background says that it is back.
final class Breaker {

    private static final Logger log = LoggerFactory.getLogger(Breaker.class);
    private static final int OVERDUE = 3;

    /// Budgets in a row, so that a pause of this process is not taken for one of Redis.
    private static final int SLOW = 10;

    private final long lifeNanos;
    private final long slowNanos;
    private final LongSupplier nanoTime;
    private volatile long slowSince;
    private final AtomicInteger overdue = new AtomicInteger();
    private volatile boolean away = true;
    private volatile long heardAt;
    private volatile String said = "";

    Breaker(RedisTimes times, LongSupplier nanoTime) {
        this.lifeNanos = times.life().toNanos();
        this.slowNanos = SLOW * times.budget().toNanos();
        this.nanoTime = nanoTime;
    }

    boolean isAway() {
        return away;
    }

    /// Whether Redis is away or may take this node for dead, as after a long sleep.
    boolean isAway(long now) {
        return away || now - heardAt > lifeNanos;
    }

    void succeeded() {
        if (overdue.get() != 0) {
            overdue.set(0);
        }
    }

    void overdue() {
        int times = overdue.incrementAndGet();
        long now = nanoTime.getAsLong();
        if (times == 1) {
            slowSince = now;
        }
        if (times >= OVERDUE && now - slowSince >= slowNanos && !away) {
            log.warn("Redis is slow, this node's share of each limit decides");
            away = true;
        }
    }

    /// Says so once, and again if the reason is another.
    void failed(Throwable cause) {
        String reason = reason(cause);
        if (!away || !reason.equals(said)) {
            log.warn("Redis is away, this node's share of each limit decides: {}", reason);
            said = reason;
        }
        log.debug("Redis is away", cause);
        away = true;
    }

    private static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    /// @param told when Redis was told that this node lives
    void restored(long told) {
        heardAt = told;
        overdue.set(0);
        if (away) {
            log.info("Redis answers");
            away = false;
            said = "";
        }
    }
}
