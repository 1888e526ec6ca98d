package io.weir.quota.concurrency;

import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;

/// The slots that this node holds of a pool it shares with others, and what its requests have and
/// want of them. It meets neither the store nor a clock, and is not safe for use by several
/// threads.
///
/// What is stated is how many this node wants to hold in all, never a difference. A slot that was
/// freed is held for a second more, unless another node wants one.
final class HeldSlots {

    private static final long KEPT_NANOS = 1_000_000_000;

    /// Of many slots a node takes some more than it needs now, so that the next requests don't
    /// wait.
    private static final long MOST_AHEAD = 64;

    private static final long PART_AHEAD = 64;
    private static final long NONE_NANOS = 20_000_000;
    private static final long STATED_NANOS = 60_000_000_000L;

    private final Subject subject;
    private final PolicyName policy;
    private final long budgetNanos;

    private long limit;
    private long held;
    private long taken;
    private long waiting;
    private long usedAt;
    private boolean wanted;
    private long wantedUntil;
    private boolean starved;
    private long answeredAt;
    private boolean unsure;

    HeldSlots(Subject subject, PolicyName policy, long budgetNanos) {
        this.subject = subject;
        this.policy = policy;
        this.budgetNanos = budgetNanos;
    }

    long held() {
        return held;
    }

    long taken() {
        return taken;
    }

    boolean isIdle() {
        return taken < held;
    }

    boolean isShort() {
        return taken > held;
    }

    void take(long now) {
        taken++;
        usedAt = now;
    }

    void free(long now) {
        taken--;
        usedAt = now;
    }

    /// Another request waits. Answers whether the others have to be told.
    boolean join(long slots, long now) {
        boolean known = starved && now - answeredAt < budgetNanos + NONE_NANOS;
        boolean first = slots != limit || !known;
        limit = slots;
        waiting++;
        return first;
    }

    void leave() {
        waiting--;
    }

    /// Whether others kept all of theirs although this node wanted some.
    boolean isNone(long slots, long now) {
        long since = now - answeredAt - budgetNanos;
        return starved && slots == limit && since >= 0 && since < NONE_NANOS;
    }

    /// Whether the store has said since then that the others hold all.
    boolean isStarvedSince(long nanoTime) {
        return starved && answeredAt - nanoTime >= 0;
    }

    Statement statement(long now) {
        boolean keeps = !isWanted(now) && now - usedAt < KEPT_NANOS;
        long ahead = Math.min(MOST_AHEAD, limit / PART_AHEAD);
        long wants = Math.max(keeps ? held : taken, taken + waiting + (waiting > 0 ? ahead : 0));
        wants = Math.max(taken, Math.min(limit, wants));
        held = Math.min(held, wants);
        return new Statement(subject, policy, limit, taken, wants);
    }

    /// Nothing that no request has.
    Statement last() {
        held = taken;
        return new Statement(subject, policy, limit, taken, taken);
    }

    void granted(Statement statement, long granted, long now) {
        unsure = false;
        held = granted;
        starved = granted < statement.wants();
        answeredAt = now;
    }

    void failed() {
        unsure = true;
    }

    boolean isWanted(long now) {
        return wanted && now - wantedUntil < 0;
    }

    void wanted(long now) {
        wanted = true;
        wantedUntil = now + KEPT_NANOS;
    }

    /// Others gave some back. Answers whether anybody here waits for that.
    boolean returned() {
        starved = false;
        return waiting > 0;
    }

    /// Whether there is something to state that no request will.
    ///
    /// @param statedAt when this was last done
    boolean isUnstated(long statedAt, long now) {
        boolean idle = isIdle() && now - usedAt >= KEPT_NANOS;
        boolean stale = held > 0 && now - statedAt >= STATED_NANOS;
        return idle || stale || unsure || isShort();
    }

    boolean isNothing() {
        return held == 0 && taken == 0 && !unsure;
    }
}
