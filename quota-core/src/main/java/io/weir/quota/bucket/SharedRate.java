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
/// when it was last heard of. What it admitted is owed to the shared bucket, and told as soon as
/// the store hears. After a store that was away the share goes on deciding until the other nodes
/// have told theirs, too.
final class SharedRate implements Rate, Shared {

    private final Subject subject;
    private final SharedRates rates;
    private final Sharing<SharedRate> sharing;
    private final Call call = new Call();

    // Below: under the monitor of this object.
    private final Holding holding;
    private @Nullable LocalShare alone;
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
            reunite();
            sharing.look(this);
        }
    }

    @Override
    public TokenBucket policy() {
        return holding.policy();
    }

    @Override
    public synchronized Verdict verdict(long tokens, long nanoTime) {
        long wanted = Math.max(1, tokens);
        if (holding.holds(wanted, nanoTime)) {
            return Verdict.ADMITS;
        }
        if (isAlone(nanoTime)) {
            return alone().verdict(tokens, nanoTime);
        }
        return holding.waitNanos(wanted, nanoTime) > 0 ? Verdict.REFUSES : Verdict.ASK;
    }

    @Override
    public boolean tryConsume(long tokens, long nanoTime) {
        boolean low;
        synchronized (this) {
            if (!holding.holds(Math.max(1, tokens), nanoTime)) {
                return isAlone(nanoTime) && tryConsumeAlone(tokens, nanoTime);
            }
            low = holding.spend(tokens) && !call.isUnderWay();
        }
        if (low) {
            call(true);
        }
        return true;
    }

    private boolean tryConsumeAlone(long tokens, long now) {
        sharing.countFallback();
        return alone().tryConsume(tokens, now);
    }

    @Override
    public boolean tryConsumeUnasked(long tokens, long nanoTime) {
        if (tryConsume(tokens, nanoTime)) {
            return true;
        }
        synchronized (this) {
            return tryConsumeAlone(tokens, nanoTime);
        }
    }

    @Override
    public void putBack(long tokens) {
        synchronized (this) {
            if (rates.isStoreAway()) {
                alone().putBack(tokens);
            } else {
                holding.putBack(tokens, sharing.nanoTime());
            }
        }
        sharing.look(this);
    }

    @Override
    public void settle(long reserved, long used) {
        long difference = Math.min(TokenBucket.MOST, Math.max(0, used) - reserved);
        if (difference < 0) {
            putBack(-difference);
        } else if (difference > 0) {
            synchronized (this) {
                if (rates.isStoreAway()) {
                    alone().owe(difference);
                } else {
                    holding.owe(difference, sharing.nanoTime());
                }
            }
            sharing.look(this);
        }
    }

    @Override
    public synchronized Consumption estimate(long tokens) {
        long now = sharing.nanoTime();
        return isAlone(now) ? alone().estimate(tokens) : holding.estimate(Math.max(1, tokens), now);
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
        Waiting others = waiting == null ? new Waiting() : waiting;
        waiting = others;
        return others.join(tokens).doOnCancel(() -> leave(others, tokens));
    }

    private synchronized void leave(Waiting others, long tokens) {
        others.leave(tokens);
        if (waiting == others && others.isNobody()) {
            waiting = null;
        }
    }

    private boolean isAlone(long now) {
        return alone != null || rates.isStoreAway() || sharing.isOverdue(call, now);
    }

    private LocalShare alone() {
        LocalShare share = alone;
        if (share == null) {
            long known = holding.known(sharing.nanoTime());
            share = rates.alone(subject, holding.policy(), holding.version(), known);
            alone = share;
            if (rates.isStoreAway()) {
                sharing.parted();
            }
            sharing.look(this);
        }
        return share;
    }

    /// What this node's share admitted is a debt of the shared bucket, which decides from now on.
    private void reunite() {
        owe();
        alone = null;
    }

    private void owe() {
        if (alone != null) {
            holding.owe(alone.takeUntold(), sharing.nanoTime());
        }
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
        @Nullable Waiting late;
        boolean more;
        synchronized (this) {
            long now = sharing.nanoTime();
            answered = asking;
            asking = null;
            holding.granted(grant, answered != null, call.sentAt(), now);
            call.end();
            late = takeLate(answered, now);
            more = waiting != null;
        }
        sharing.look(this);
        answer(answered);
        answer(late);
        if (more) {
            call(true);
        }
    }

    /// Those who have joined since, if there is enough for them, too: who gave up waiting for this
    /// answer may be among them.
    private @Nullable Waiting takeLate(@Nullable Waiting answered, long now) {
        Waiting late = waiting;
        long before = answered == null ? 0 : answered.all();
        if (late == null || !holding.holds(before + late.all(), now)) {
            return null;
        }
        waiting = null;
        return late;
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
            long now = sharing.nanoTime();
            if (rates.isStoreAway() || sharing.isOverdue(call, now)) {
                return true;
            }
            if (sharing.isReuniting(now)) {
                owe();
            } else {
                reunite();
            }
            tell = holding.isUntold(now) && !call.isUnderWay() && rates.hasTime();
            more = holding.isHeld() || alone != null;
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
                        owe();
                        last = holding.last(sharing.nanoTime());
                    }
                    return last.debt() + last.returned() == 0
                            ? Mono.empty()
                            : rates.exchange(last).then();
                });
    }
}
