package io.weir.quota.bucket;

import io.weir.quota.cluster.Call;
import io.weir.quota.cluster.Shared;
import io.weir.quota.cluster.Sharing;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One subject's bucket, shared with other nodes.
///
/// Requests spend from a batch of tokens that this node has taken from the shared bucket. When it
/// is spent the node asks for another, sized by what was spent lately and by who waits, with one
/// call under way at a time; under steady use it asks before the batch is spent, so that nobody
/// waits. What the store said last tells how long asking again is no use. What is void, put back or
/// owed goes with the next call, and by itself soon after.
///
/// When the store is away, or its answer is overdue, this node's share decides, of what was there
/// when it was last heard of.
final class SharedRate implements Rate, Shared {

    private final Subject subject;
    private final SharedRates rates;
    private final Sharing<SharedRate> sharing;
    private final Call call = new Call();
    private volatile @Nullable Rate alone;

    // Below: under the monitor of this object.
    private final Holding holding;
    private @Nullable Waiting waiting;
    private @Nullable Waiting asking;

    SharedRate(Subject subject, TokenBucket policy, long version, SharedRates rates) {
        this.subject = subject;
        this.rates = rates;
        this.sharing = rates.sharing();
        this.holding = new Holding(subject, policy, version, sharing.nanoTime());
    }

    synchronized void change(TokenBucket changed, long newVersion) {
        if (holding.change(changed, newVersion, sharing.nanoTime())) {
            alone = null;
            sharing.look(this);
        }
    }

    @Override
    public TokenBucket policy() {
        return holding.policy();
    }

    @Override
    public Verdict verdict(long tokens, long nanoTime) {
        long wanted = Math.max(1, tokens);
        synchronized (this) {
            if (holding.holds(wanted, nanoTime)) {
                return Verdict.ADMITS;
            }
            if (!isAlone(nanoTime)) {
                return holding.waitNanos(wanted, nanoTime) > 0 ? Verdict.REFUSES : Verdict.ASK;
            }
        }
        return alone().verdict(tokens, nanoTime);
    }

    @Override
    public boolean tryConsume(long tokens, long nanoTime) {
        boolean held;
        boolean low;
        synchronized (this) {
            held = holding.holds(Math.max(1, tokens), nanoTime);
            low = held && holding.spend(tokens) && !call.isUnderWay();
        }
        if (low) {
            call(true);
        }
        if (held || !isAlone(nanoTime)) {
            return held;
        }
        sharing.countFallback();
        return alone().tryConsume(tokens, nanoTime);
    }

    @Override
    public void putBack(long tokens) {
        if (rates.isStoreAway()) {
            alone().putBack(tokens);
            return;
        }
        synchronized (this) {
            holding.putBack(tokens, sharing.nanoTime());
        }
        sharing.look(this);
    }

    @Override
    public void settle(long reserved, long used) {
        long difference = Math.min(TokenBucket.MOST, Math.max(0, used) - reserved);
        if (difference < 0) {
            putBack(-difference);
        } else if (difference > 0 && rates.isStoreAway()) {
            alone().settle(reserved, used);
        } else if (difference > 0) {
            synchronized (this) {
                holding.owe(difference, sharing.nanoTime());
            }
            sharing.look(this);
        }
    }

    @Override
    public Consumption estimate(long tokens) {
        long now = sharing.nanoTime();
        if (isAlone(now)) {
            return alone().estimate(tokens);
        }
        synchronized (this) {
            return holding.estimate(Math.max(1, tokens), now);
        }
    }

    @Override
    public Mono<Void> ask(long tokens) {
        return Mono.defer(
                () -> {
                    if (rates.isStoreAway()) {
                        return Mono.empty();
                    }
                    Mono<Void> answer = join(Math.max(1, tokens));
                    call(true);
                    return sharing.inTime(answer, call);
                });
    }

    private synchronized Mono<Void> join(long tokens) {
        Waiting others = waiting;
        if (others == null) {
            others = new Waiting();
            waiting = others;
        }
        return others.join(tokens);
    }

    private boolean isAlone(long now) {
        return rates.isStoreAway() || sharing.isOverdue(call, now);
    }

    private Rate alone() {
        Rate rate = alone;
        if (rate == null) {
            synchronized (this) {
                rate =
                        rates.alone(
                                subject,
                                holding.policy(),
                                holding.version(),
                                holding.known(sharing.nanoTime()));
                alone = rate;
            }
        }
        return rate;
    }

    /// Sends what there is to tell and to ask, unless a call is under way.
    ///
    /// @param ahead whether to take what is likely to be spent, too
    private void call(boolean ahead) {
        Claim claim;
        synchronized (this) {
            if (call.isUnderWay()) {
                return;
            }
            long now = sharing.nanoTime();
            claim = holding.claim(waiting, ahead, now);
            asking = waiting;
            waiting = null;
            call.begin(now);
        }
        rates.exchange(claim).subscribe(this::granted, _ -> failed(claim));
    }

    private void granted(Grant grant) {
        @Nullable Waiting answered;
        boolean more;
        synchronized (this) {
            holding.granted(grant, call.sentAt(), sharing.nanoTime());
            call.end();
            alone = null;
            answered = asking;
            asking = null;
            more = waiting != null;
        }
        sharing.look(this);
        answer(answered);
        if (more) {
            call(true);
        }
    }

    private void failed(Claim claim) {
        @Nullable Waiting answered;
        @Nullable Waiting late;
        synchronized (this) {
            holding.failed(claim);
            call.end();
            answered = asking;
            asking = null;
            late = waiting;
            waiting = null;
        }
        sharing.look(this);
        answer(answered);
        answer(late);
    }

    private static void answer(@Nullable Waiting requests) {
        if (requests != null) {
            requests.answered();
        }
    }

    @Override
    public boolean tend() {
        boolean tell;
        boolean more;
        synchronized (this) {
            boolean untold = holding.isUntold(sharing.nanoTime());
            tell = untold && !call.isUnderWay() && !rates.isStoreAway();
            more = holding.isHeld();
        }
        if (tell) {
            call(false);
        }
        return more;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(
                () -> {
                    Claim last;
                    synchronized (this) {
                        last = holding.last();
                    }
                    return last.debt() + last.returned() == 0
                            ? Mono.empty()
                            : rates.exchange(last).then();
                });
    }
}
