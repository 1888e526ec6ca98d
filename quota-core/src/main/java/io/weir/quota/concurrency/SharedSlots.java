package io.weir.quota.concurrency;

import io.weir.quota.cluster.Call;
import io.weir.quota.cluster.Shared;
import io.weir.quota.cluster.Sharing;
import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The slots of one subject and policy, shared with other nodes.
///
/// This node holds some of them, and its requests take from those without asking, with one call
/// under way at a time. Whoever gets too few waits: the store tells the other nodes, and tells this
/// one when they have given some back; when nobody did within a request's patience there are none,
/// which is remembered for a while.
///
/// When the store is away, requests of this node may have its share, counting those under way. A
/// call that is merely overdue is not waited for and changes nothing: the limit holds.
final class SharedSlots implements Slots, Shared {

    private final SharedSlotPools pools;
    private final Sharing<SharedSlots> sharing;
    private final Call call = new Call();

    // Below: under the monitor of this object.
    private final HeldSlots slots;
    private Sinks.@Nullable Empty<Void> answer;
    private boolean again;

    SharedSlots(Subject subject, PolicyName policy, SharedSlotPools pools) {
        this.pools = pools;
        this.sharing = pools.sharing();
        this.slots = new HeldSlots(subject, policy, sharing.budgetNanos());
    }

    @Override
    public synchronized Verdict verdict(long limit, long nanoTime) {
        if (slots.taken() < usable(limit, nanoTime)) {
            return Verdict.ADMITS;
        }
        boolean asking =
                slots.taken() < limit
                        && !pools.isStoreAway(nanoTime)
                        && !sharing.isOverdue(call, nanoTime)
                        && !slots.isNone(limit, nanoTime);
        return asking ? Verdict.ASK : Verdict.REFUSES;
    }

    @Override
    public boolean tryTake(long limit, long nanoTime) {
        boolean unknown;
        synchronized (this) {
            if (slots.taken() >= usable(limit, nanoTime)) {
                return false;
            }
            slots.take(nanoTime);
            unknown = pools.isStoreAway(nanoTime);
        }
        if (unknown) {
            sharing.countFallback();
            sharing.look(this);
        }
        return true;
    }

    /// What requests of this node may have now.
    private long usable(long limit, long now) {
        return pools.isStoreAway(now) ? pools.share().of(limit) : Math.min(slots.held(), limit);
    }

    @Override
    public synchronized boolean isRefusedSince(long nanoTime) {
        return slots.isStarvedSince(nanoTime);
    }

    @Override
    public void free() {
        long now = sharing.nanoTime();
        Sinks.Empty<Void> next;
        boolean yield;
        synchronized (this) {
            slots.free(now);
            next = takeAnswer();
            yield = next == null && slots.isWanted(now) && slots.isIdle();
        }
        sharing.look(this);
        wake(next);
        if (yield) {
            call();
        }
    }

    @Override
    public synchronized long taken() {
        return slots.taken();
    }

    @Override
    public Mono<Void> ask(long limit) {
        return Mono.defer(
                () -> {
                    long now = sharing.nanoTime();
                    if (pools.isStoreAway(now)) {
                        return Mono.empty();
                    }
                    boolean first;
                    Mono<Void> mine;
                    synchronized (this) {
                        first = slots.join(limit, now);
                        mine = join();
                    }
                    sharing.look(this);
                    if (first) {
                        call();
                    }
                    return sharing.inTime(mine, call).doFinally(_ -> leave());
                });
    }

    private Mono<Void> join() {
        Sinks.Empty<Void> sink = answer;
        if (sink == null) {
            sink = Sinks.empty();
            answer = sink;
        }
        return sink.asMono();
    }

    private synchronized void leave() {
        slots.leave();
    }

    /// Those who wait, if there is a slot for one of them.
    private Sinks.@Nullable Empty<Void> takeAnswer() {
        return slots.isIdle() ? takeAnyAnswer() : null;
    }

    private Sinks.@Nullable Empty<Void> takeAnyAnswer() {
        Sinks.Empty<Void> sink = answer;
        answer = null;
        return sink;
    }

    private static void wake(Sinks.@Nullable Empty<Void> sink) {
        if (sink != null) {
            sink.tryEmitEmpty();
        }
    }

    /// States what this node wants, unless a call is under way: then after it.
    private void call() {
        Statement statement;
        synchronized (this) {
            if (call.isUnderWay()) {
                again = true;
                return;
            }
            long now = sharing.nanoTime();
            again = false;
            call.begin(now);
            statement = slots.statement(now);
        }
        pools.state(statement).subscribe(granted -> granted(statement, granted), _ -> failed());
    }

    private void granted(Statement statement, long granted) {
        Sinks.Empty<Void> next;
        boolean more;
        synchronized (this) {
            call.end();
            slots.granted(statement, granted, sharing.nanoTime());
            next = takeAnswer();
            more = again || slots.isShort();
        }
        sharing.look(this);
        wake(next);
        if (more) {
            call();
        }
    }

    private void failed() {
        Sinks.Empty<Void> next;
        synchronized (this) {
            call.end();
            slots.failed();
            next = takeAnyAnswer();
        }
        sharing.look(this);
        wake(next);
    }

    /// Another node wants slots: the idle ones go now, others as they become free.
    void wanted() {
        boolean yield;
        synchronized (this) {
            slots.wanted(sharing.nanoTime());
            yield = slots.isIdle();
        }
        if (yield) {
            call();
        }
    }

    /// Another node gave slots back.
    void returned() {
        boolean asking;
        synchronized (this) {
            asking = slots.returned();
        }
        if (asking) {
            call();
        }
    }

    /// The store has forgotten this node, or may have.
    void restate() {
        call();
    }

    /// Also gives back what was idle for long enough, and says again what is held.
    @Override
    public boolean tend() {
        boolean tell;
        synchronized (this) {
            if (slots.isNothing() && !call.isUnderWay()) {
                return false;
            }
            long now = sharing.nanoTime();
            tell = !pools.isStoreAway(now) && slots.isUnstated(call.sentAt(), now);
        }
        if (tell) {
            call();
        }
        return true;
    }

    @Override
    public Mono<Void> close() {
        Statement last;
        synchronized (this) {
            last = slots.last();
        }
        return pools.state(last).then();
    }
}
