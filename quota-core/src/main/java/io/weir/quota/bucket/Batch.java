package io.weir.quota.bucket;

/// Tokens of a shared bucket that this node may spend without asking, for 20 ms: hoarded ones must
/// not pile on a bucket that has filled again. Those that requests wait for last longer, because
/// the same requests may wait for other limits: void tokens would be missing to them, and to other
/// nodes until they are told. Not safe for use by several threads.
final class Batch {

    static final long LIFE_NANOS = 20_000_000;
    static final long AWAITED_NANOS = 250_000_000;
    private static final long SHORTEST_NANOS = 1_000_000;

    private long tokens;
    private long voidAt;

    /// Void or put back, and not yet known to the store.
    private long returned;

    private long spent;
    private long countedFrom;
    private long spentPerLife;

    boolean holds(long wanted, long now) {
        expire(now);
        return tokens >= wanted;
    }

    void spend(long some) {
        tokens -= some;
        spent += some;
    }

    /// Takes what is there towards a debt; answers what is still owed.
    long payOff(long debt, long now) {
        expire(now);
        long paid = Math.min(debt, tokens);
        spend(paid);
        return debt - paid;
    }

    void putBack(long some, long now) {
        expire(now);
        if (tokens > 0) {
            tokens += some;
        } else if (now - voidAt < 0) {
            tokens = some;
            voidAt = Math.min(voidAt, now + LIFE_NANOS);
        } else {
            returned += some;
        }
    }

    void add(long granted, long life, long now) {
        if (granted > 0) {
            expire(now);
            voidAt = tokens > 0 ? Math.max(voidAt, now + life) : now + life;
            tokens += granted;
        }
    }

    void expire(long now) {
        if (tokens > 0 && now - voidAt >= 0) {
            empty();
        }
    }

    void empty() {
        returned += tokens;
        tokens = 0;
    }

    long tokens() {
        return tokens;
    }

    long returned() {
        return returned;
    }

    long takeReturned() {
        long all = returned;
        returned = 0;
        return all;
    }

    /// Tokens worth having ahead: as many as were spent lately in the life of a batch, but never
    /// more than flow into the bucket in that time.
    long worth(long flow) {
        return Math.min(flow, spentPerLife);
    }

    /// Looks at how much was spent since it was last looked at.
    void measure(long now) {
        long elapsed = Math.max(SHORTEST_NANOS, now - countedFrom);
        long lately = (long) ((double) spent * LIFE_NANOS / elapsed);
        spentPerLife = (spentPerLife + lately) / 2;
        spent = 0;
        countedFrom = now;
    }
}
