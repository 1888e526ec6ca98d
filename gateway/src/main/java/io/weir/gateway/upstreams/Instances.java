package io.weir.gateway.upstreams;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// All addresses that one upstream is found at.
final class Instances {

    /// To those that wait for an instance whose health checks fail.
    private static final Duration SOON = Duration.ofSeconds(1);

    private final List<Instance> all;
    private final AtomicInteger next = new AtomicInteger();

    Instances(List<Instance> all) {
        this.all = List.copyOf(all);
    }

    List<Instance> all() {
        return all;
    }

    /// The one to forward a request to, which has begun there: of those that may be asked the one
    /// that most likely answers soonest, as the fewest wait for it; of equals each in turn.
    ///
    /// @param failed by which the request was just failed; it gets it again only if no other is
    ///   left
    Optional<Instance> begin(long now, @Nullable Instance failed) {
        int first = next.getAndIncrement();
        for (int tries = 0; tries < all.size(); tries++) {
            Instance best = best(first, now, failed);
            if (best == null) {
                return Optional.empty();
            }
            if (best.begin(now)) {
                return Optional.of(best);
            }
        }
        return Optional.empty();
    }

    private @Nullable Instance best(int first, long now, @Nullable Instance failed) {
        Instance best = null;
        for (int i = 0; i < all.size(); i++) {
            Instance each = all.get(Math.floorMod(first + i, all.size()));
            if (each.mayBeAsked(now) && (best == null || isBetter(each, best, failed))) {
                best = each;
            }
        }
        return best;
    }

    private static boolean isBetter(Instance one, Instance than, @Nullable Instance failed) {
        if (one == failed || than == failed) {
            return than == failed;
        }
        return one.waiting() < than.waiting();
    }

    /// When it is worth to come back, if none may be asked now.
    Duration retryAfter(long now) {
        return all.stream()
                .filter(Instance::isWell)
                .map(each -> each.leftAlone(now))
                .min(Comparator.naturalOrder())
                .filter(wait -> !wait.isZero())
                .orElse(SOON);
    }
}
