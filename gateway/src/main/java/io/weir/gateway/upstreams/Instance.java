package io.weir.gateway.upstreams;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One address that an upstream is found at, and how it fares.
final class Instance {

    private static final Logger log = LoggerFactory.getLogger(Instance.class);

    /// Checks in a row that fail before it is taken for ill.
    private static final int ILL_AFTER = 2;

    private final URI address;
    private final Standing.Terms terms;
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.GOOD);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger failedChecks = new AtomicInteger();

    /// @param address of a scheme, a host and a port, and no path but `/`
    Instance(URI address, Standing.Terms terms) {
        this.address = URI.create(address.toString().replaceAll("/$", ""));
        this.terms = terms;
    }

    URI address() {
        return address;
    }

    /// Requests that it has not begun to answer.
    int waiting() {
        return waiting.get();
    }

    boolean mayBeAsked(long now) {
        return isWell() && standing.get().mayBeAsked(now);
    }

    boolean isWell() {
        return failedChecks.get() < ILL_AFTER;
    }

    /// How long until it may be asked; zero if it may be now.
    Duration leftAlone(long now) {
        Standing seen = standing.get();
        return seen.mayBeAsked(now) ? Duration.ZERO : Duration.ofNanos(seen.until() - now);
    }

    /// A request is about to be forwarded to it, unless another one was faster to try it. Whoever
    /// begins says how it ended: by [#ended], and if it tells anything, by one of the others
    /// before.
    boolean begin(long now) {
        Standing seen = standing.get();
        boolean begun =
                seen.backOffs() == 0
                        || (seen.mayBeAsked(now)
                                && standing.compareAndSet(seen, seen.tried(now, terms)));
        if (begun) {
            waiting.incrementAndGet();
        }
        return begun;
    }

    void ended() {
        waiting.decrementAndGet();
    }

    void answered() {
        if (!standing.get().equals(Standing.GOOD)
                && standing.getAndSet(Standing.GOOD).backOffs() > 0) {
            log.info("{} answers again", address);
        }
    }

    void failed(long now) {
        Standing before = standing.getAndUpdate(seen -> seen.failed(now, terms));
        Standing after = before.failed(now, terms);
        if (after.backOffs() > before.backOffs()) {
            log.warn(
                    "{} failed {} times in a row and is left alone for {} ms",
                    address,
                    after.failures(),
                    leftAlone(now).toMillis());
        }
    }

    void checked(boolean passed) {
        int failed = passed ? 0 : Math.min(ILL_AFTER, failedChecks.get() + 1);
        int before = failedChecks.getAndSet(failed);
        if (before < ILL_AFTER && failed == ILL_AFTER) {
            log.warn("{} fails its health check and is not asked", address);
        } else if (before == ILL_AFTER && failed == 0) {
            log.info("{} passes its health check again", address);
        }
    }
}
