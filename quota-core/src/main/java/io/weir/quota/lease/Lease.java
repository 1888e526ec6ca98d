package io.weir.quota.lease;

import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.schedule.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What this node holds of one counter: the slice of the current period, and those of past periods
/// until what was admitted in them is settled and reported.
///
/// Requests use it without waiting; [Leases] refills it from the store.
public final class Lease {

    private final CounterKey counter;
    private final Leases leases;
    private volatile PeriodQuota policy;
    private volatile @Nullable Slice current;

    /// Of the period after that, asked for ahead.
    private volatile @Nullable Slice next;

    final Quiet quiet = new Quiet();

    /// Set by whoever wants this lease looked at in the next exchange.
    final AtomicBoolean queued = new AtomicBoolean();

    private final Waiters waiting = new Waiters();
    private final Answer answer = new Answer();
    private volatile boolean recalled;
    private volatile boolean everRefused;
    private volatile long refusedAt;

    // The exchange's own.
    final ArrayDeque<Slice> past = new ArrayDeque<>();
    final Demand demand = new Demand();

    Lease(CounterKey counter, PeriodQuota policy, Leases leases) {
        this.counter = counter;
        this.policy = policy;
        this.leases = leases;
    }

    public CounterKey counter() {
        return counter;
    }

    public PeriodQuota policy() {
        return policy;
    }

    /// @param now of the monotonic clock
    public Verdict verdict(long units, long now) {
        Slice slice = at(now);
        if (slice == null || slice.isOver(now)) {
            return Verdict.ASK;
        }
        if (slice.available() >= units) {
            return slice.isSpendable(now) ? Verdict.ADMITS : Verdict.ASK;
        }
        long lacking = units - Math.max(0, slice.available());
        return slice == current && quiet.refuses(lacking, now) ? Verdict.REFUSES : Verdict.ASK;
    }

    private @Nullable Slice at(long now) {
        Slice slice = current;
        if (slice != null && slice.isOver(now)) {
            Slice ahead = next;
            return ahead != null && ahead.isSpendable(now) ? ahead : slice;
        }
        return slice;
    }

    /// Sets units aside in the current period, or answers nothing if there are too few.
    ///
    /// @param now of the monotonic clock
    public @Nullable Slice tryReserve(long units, long now) {
        Slice slice = at(now);
        if (slice == null || !slice.isSpendable(now) || !slice.tryReserve(units)) {
            return null;
        }
        leases.look(this);
        return slice;
    }

    /// Sets units aside although they are not there, because the policy fails open; nothing if the
    /// store was never asked, so that there is no period to count them in.
    public @Nullable Slice overdraw(long units) {
        Slice slice = current;
        if (slice == null) {
            return null;
        }
        slice.overdraw(units);
        leases.look(this);
        return slice;
    }

    /// Ends what was set aside in that slice, once: `spent` units were used, the rest is free
    /// again.
    public void settle(Slice slice, long units, long spent) {
        slice.settle(units, spent);
        leases.look(this);
    }

    /// Completes when the store has answered, whatever it said. Whoever waits tells how much it
    /// waits for, so that one ask serves all of them.
    ///
    /// @param units none to learn how the counter stands, and nothing else
    public Mono<Void> ask(long units) {
        return Mono.defer(
                () -> {
                    Mono<Void> answered = answer.next();
                    waiting.add(units);
                    leases.lookNow(this);
                    return answered.doFinally(_ -> waiting.remove(units));
                });
    }

    /// Whether the units asked for would fit if all that is reserved or leased came back unused.
    public boolean onlyReservedStandsInTheWay(long units) {
        Slice slice = current;
        if (slice == null) {
            return false;
        }
        OptionalLong limit = slice.standing().limit();
        return limit.isEmpty() || limit.getAsLong() - used(slice) >= units;
    }

    /// Whether the store has said, since that instant, that there is nothing for those who wait.
    public boolean isRefusedSince(long nanoTime) {
        return everRefused && refusedAt - nanoTime >= 0;
    }

    /// How the counter stands, or nothing if it is unlimited or the store was never asked.
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        Slice slice = current;
        if (slice == null || slice.standing().limit().isEmpty()) {
            return Optional.empty();
        }
        Standing standing = slice.standing();
        long limit = standing.limit().getAsLong();
        long used = used(slice);
        long reserved = slice.reserved() + standing.leasedElsewhere();
        var period = slice.period();
        boolean ends = !period.ends().equals(Renewal.NO_END);
        return Optional.of(
                new ServiceLimit(
                        policy.name(),
                        ServiceLimit.Kind.QUOTA,
                        policy.unit(),
                        limit,
                        used,
                        reserved,
                        Math.max(0, limit - used - reserved),
                        ends
                                ? Optional.of(Duration.between(period.starts(), period.ends()))
                                : Optional.empty(),
                        ends
                                ? Optional.of(Duration.between(now, period.ends()))
                                : Optional.empty()));
    }

    /// Whether so much on top of what is used and reserved, as far as is known here, is more than
    /// the limit allows; possible without anything on top for a quota that is only observed, or was
    /// lowered.
    public boolean isExceededBy(long units) {
        Slice slice = current;
        if (slice == null) {
            return false;
        }
        OptionalLong limit = slice.standing().limit();
        return limit.isPresent() && used(slice) + slice.reserved() > limit.getAsLong() - units;
    }

    public long used() {
        Slice slice = current;
        return slice == null ? 0 : used(slice);
    }

    private static long used(Slice slice) {
        return slice.standing().used() + slice.unreported();
    }

    // Below: for the exchange.

    @Nullable Slice current() {
        return current;
    }

    void current(@Nullable Slice slice) {
        current = slice;
    }

    /// The store has given this node up, with all that it held.
    void giveUp(long lastApplied, long nanoTime) {
        Slice slice = current;
        if (slice == null) {
            return;
        }
        slice.giveUp(lastApplied, nanoTime);
        past.forEach(before -> before.giveUp(lastApplied, nanoTime));
        Slice ahead = next;
        if (ahead != null) {
            ahead.giveUp(lastApplied, nanoTime);
        }
        quiet.end();
        leases.look(this);
    }

    @Nullable Slice next() {
        return next;
    }

    void next(@Nullable Slice slice) {
        next = slice;
    }

    /// A changed policy, or another node in need: what is held goes back, and is asked for anew.
    void recall(PeriodQuota changed) {
        policy = changed;
        recall();
    }

    private void recall() {
        quiet.end();
        recalled = true;
        leases.lookNow(this);
    }

    /// Nobody spends of it any more: what is free goes back now, and the rest as it is settled.
    public void giveBack() {
        if (current != null) {
            recall();
        }
    }

    /// Another node is in need. What is free goes back now; what is not, or is waited for here as
    /// well, with the next report. A node hears of its own need too, and must not ask again and
    /// again because of that.
    void giveWay() {
        Slice slice = current;
        if (slice == null) {
            return;
        }
        if (slice.available() > 0 && needs() == 0) {
            recall();
        } else if (slice.available() > 0 || slice.reserved() > 0) {
            recalled = true;
        }
    }

    /// An answer under way may have made it quiet again.
    boolean takeRecall() {
        boolean was = recalled;
        recalled = false;
        if (was) {
            quiet.end();
        }
        return was;
    }

    long needs() {
        return waiting.sum();
    }

    long leastNeed() {
        return waiting.least();
    }

    void refused(long nanoTime) {
        refusedAt = nanoTime;
        everRefused = true;
    }

    void answered() {
        answer.given();
    }

    void failed(Throwable cause) {
        answer.failed(cause);
    }
}
