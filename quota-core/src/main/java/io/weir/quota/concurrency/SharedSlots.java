package io.weir.quota.concurrency;

import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The slots of one subject and policy, shared with other nodes.
///
/// This node holds some of them, and its requests take from those without asking. It states how
/// many it wants to hold in all, never a difference, with one call under way at a time. A slot that
/// was freed is held for a second more, unless another node wants one. Whoever gets too few waits:
/// the store tells the other nodes, and tells this one when they have given some back; when nobody
/// did within a request's patience there are none, which is remembered for a while.
///
/// When the store is away, requests of this node may have its share, counting those under way. A
/// call that is merely overdue is not waited for and changes nothing: the limit holds.
final class SharedSlots implements Slots {

    static final long KEPT_NANOS = 1_000_000_000;

    /// Of many slots a node takes some more than it needs now, so that the next requests don't
    /// wait.
    private static final long MOST_AHEAD = 64;

    private static final long PART_AHEAD = 64;
    private static final long NONE_NANOS = 20_000_000;
    private static final long STATED_NANOS = 60_000_000_000L;

    private final Subject subject;
    private final PolicyName policy;
    private final SharedSlotPools pools;
    private final AtomicBoolean looked = new AtomicBoolean();

    // Below: under the monitor of this object.
    private long limit;
    private long held;
    private long taken;
    private long waiting;
    private Sinks.@Nullable Empty<Void> answer;
    private long usedAt;
    private boolean wanted;
    private long wantedUntil;
    private boolean starved;
    private long starvedAt;
    private boolean calling;
    private long toldAt;
    private boolean unsure;
    private boolean again;
    private long calledAt;

    SharedSlots(Subject subject, PolicyName policy, SharedSlotPools pools) {
        this.subject = subject;
        this.policy = policy;
        this.pools = pools;
    }

    AtomicBoolean looked() {
        return looked;
    }

    @Override
    public synchronized Verdict verdict(long slots, long nanoTime) {
        if (taken < usable(slots, nanoTime)) {
            return Verdict.ADMITS;
        }
        boolean asking =
                taken < slots
                        && !isAlone(nanoTime)
                        && !isOverdue(nanoTime)
                        && !isNone(slots, nanoTime);
        return asking ? Verdict.ASK : Verdict.REFUSES;
    }

    @Override
    public boolean tryTake(long slots, long nanoTime) {
        boolean unknown;
        synchronized (this) {
            if (taken >= usable(slots, nanoTime)) {
                return false;
            }
            taken++;
            usedAt = nanoTime;
            unknown = isAlone(nanoTime);
        }
        if (unknown) {
            pools.countFallback();
            pools.look(this);
        }
        return true;
    }

    /// What requests of this node may have now.
    private long usable(long slots, long now) {
        return isAlone(now) ? pools.share().of(slots) : Math.min(held, slots);
    }

    private boolean isAlone(long now) {
        return pools.isStoreAway(now);
    }

    private boolean isOverdue(long now) {
        return calling && now - calledAt > pools.patienceNanos();
    }

    /// Whether others kept all of theirs although this node wanted some.
    private boolean isNone(long slots, long now) {
        long since = now - starvedAt - pools.budgetNanos();
        return starved && slots == limit && since >= 0 && since < NONE_NANOS;
    }

    @Override
    public void free() {
        long now = pools.nanoTime();
        Sinks.Empty<Void> next = null;
        boolean yield;
        synchronized (this) {
            taken--;
            usedAt = now;
            if (taken < held) {
                next = takeAnswer();
            }
            yield = next == null && isWanted(now) && taken < held;
        }
        pools.look(this);
        if (next != null) {
            next.tryEmitEmpty();
        } else if (yield) {
            call();
        }
    }

    @Override
    public synchronized long taken() {
        return taken;
    }

    /// What this node may use without asking.
    synchronized long held() {
        return held;
    }

    @Override
    public Mono<Void> ask(long slots) {
        return Mono.defer(
                () -> {
                    long now = pools.nanoTime();
                    if (pools.isStoreAway(now)) {
                        return Mono.empty();
                    }
                    boolean first;
                    Mono<Void> mine;
                    synchronized (this) {
                        first = slots != limit || !isStarving(now);
                        limit = slots;
                        mine = join();
                    }
                    pools.look(this);
                    if (first) {
                        call();
                    }
                    return pools.inTime(mine, this::tooLate).doFinally(_ -> leave());
                });
    }

    /// Whether the others know already that this node wants slots.
    private boolean isStarving(long now) {
        return starved && now - starvedAt < pools.budgetNanos() + NONE_NANOS;
    }

    private Mono<Void> join() {
        waiting++;
        Sinks.Empty<Void> sink = answer;
        if (sink == null) {
            sink = Sinks.empty();
            answer = sink;
        }
        return sink.asMono();
    }

    private synchronized void leave() {
        waiting--;
    }

    private Sinks.@Nullable Empty<Void> takeAnswer() {
        Sinks.Empty<Void> sink = answer;
        answer = null;
        return sink;
    }

    private void tooLate() {
        synchronized (this) {
            long now = pools.nanoTime();
            if (!calling || now - toldAt < pools.budgetNanos()) {
                return;
            }
            toldAt = now;
        }
        pools.overdue();
    }

    /// States what this node wants, unless a call is under way: then after it.
    private void call() {
        Statement statement;
        synchronized (this) {
            if (calling) {
                again = true;
                return;
            }
            statement = statement(pools.nanoTime());
        }
        pools.state(statement).subscribe(granted -> granted(statement, granted), _ -> failed());
    }

    private Statement statement(long now) {
        calling = true;
        again = false;
        calledAt = now;
        toldAt = now;
        boolean keeps = !isWanted(now) && now - usedAt < KEPT_NANOS;
        long ahead = Math.min(MOST_AHEAD, limit / PART_AHEAD);
        long wants = Math.max(keeps ? held : taken, taken + waiting + (waiting > 0 ? ahead : 0));
        wants = Math.max(taken, Math.min(limit, wants));
        held = Math.min(held, wants);
        return new Statement(subject, policy, limit, taken, wants);
    }

    private void granted(Statement statement, long granted) {
        Sinks.Empty<Void> next = null;
        boolean more;
        synchronized (this) {
            calling = false;
            unsure = false;
            held = granted;
            starved = granted < statement.wants();
            starvedAt = pools.nanoTime();
            if (taken < held) {
                next = takeAnswer();
            }
            more = again || taken > held;
        }
        pools.look(this);
        if (next != null) {
            next.tryEmitEmpty();
        }
        if (more) {
            call();
        }
    }

    private void failed() {
        Sinks.Empty<Void> next;
        synchronized (this) {
            calling = false;
            unsure = true;
            next = takeAnswer();
        }
        pools.look(this);
        if (next != null) {
            next.tryEmitEmpty();
        }
    }

    private boolean isWanted(long now) {
        return wanted && now - wantedUntil < 0;
    }

    /// Another node wants slots: the idle ones go now, others as they become free.
    void wanted() {
        boolean yield;
        synchronized (this) {
            wanted = true;
            wantedUntil = pools.nanoTime() + KEPT_NANOS;
            yield = held > taken;
        }
        if (yield) {
            call();
        }
    }

    /// Another node gave slots back.
    void returned() {
        boolean asking;
        synchronized (this) {
            starved = false;
            asking = waiting > 0;
        }
        if (asking) {
            call();
        }
    }

    /// The store has forgotten this node, or may have.
    void restate() {
        call();
    }

    /// Gives back what was idle for long enough, and says again what is held. Answers whether there
    /// is anything to look after.
    boolean tend() {
        boolean tell;
        synchronized (this) {
            long now = pools.nanoTime();
            boolean idle = held > taken && now - usedAt >= KEPT_NANOS;
            boolean stale = held > 0 && now - calledAt >= STATED_NANOS;
            tell = !pools.isStoreAway(now) && (idle || stale || unsure || taken > held);
            if (held == 0 && taken == 0 && !calling && !unsure) {
                return false;
            }
        }
        if (tell) {
            call();
        }
        return true;
    }

    /// Gives back what no request has.
    Mono<Void> close() {
        Statement last;
        synchronized (this) {
            held = taken;
            last = new Statement(subject, policy, limit, taken, taken);
        }
        return pools.state(last).then();
    }
}
