package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import org.jspecify.annotations.Nullable;

/// What this node holds, owes and knows of a bucket that it shares with others, and how that
/// changes. It meets neither the store nor a clock, and is not safe for use by several threads, but
/// for reading the policy.
///
/// A reply that is lost never lets more through: tokens it granted are gone, debts it may have
/// taken are told again, and what it may have put back is not.
final class Holding {

    private final Subject subject;
    private final Batch batch = new Batch();
    private volatile TokenBucket policy;
    private long version;
    private Standing standing;
    private long debt;

    Holding(Subject subject, TokenBucket policy, long version, long now) {
        this.subject = subject;
        this.policy = policy;
        this.version = version;
        this.standing = unknown(policy, now);
    }

    /// A bucket of which nothing is known is full.
    private static Standing unknown(TokenBucket policy, long now) {
        return new Standing(0, policy.capacity(), now, 0);
    }

    TokenBucket policy() {
        return policy;
    }

    long version() {
        return version;
    }

    /// Answers whether the policy is another now.
    boolean change(TokenBucket changed, long newVersion, long now) {
        if (newVersion < version) {
            return false;
        }
        version = newVersion;
        if (changed.equals(policy)) {
            return false;
        }
        policy = changed;
        standing = unknown(changed, now);
        batch.empty();
        return true;
    }

    boolean holds(long tokens, long now) {
        return batch.holds(tokens, now);
    }

    /// Answers whether it is time for another batch.
    boolean spend(long tokens) {
        batch.spend(tokens);
        long worth = batch.worth(flow());
        return worth > 1 && batch.tokens() * 2 < worth;
    }

    void putBack(long tokens, long now) {
        batch.putBack(tokens, now);
    }

    void owe(long tokens, long now) {
        debt += batch.payOff(tokens, now);
    }

    /// How long asking for as many is no use, by what the store said last.
    long waitNanos(long tokens, long now) {
        if (tokens > policy.capacity()) {
            return Long.MAX_VALUE;
        }
        long missing = Math.clamp(tokens - batch.returned() + debt, 0, policy.capacity());
        return standing.waitNanos(missing, policy, now);
    }

    Consumption estimate(long tokens, long now) {
        batch.expire(now);
        long wait = batch.tokens() >= tokens ? 0 : waitNanos(tokens, now);
        return Consumption.of(Math.min(policy.capacity(), known(now) + batch.tokens()), wait);
    }

    /// What the shared bucket holds at most once it has heard of this node, as far as is known.
    long known(long now) {
        return standing.estimate(policy, now) + batch.returned() - debt;
    }

    /// Tokens that flow into the bucket in the life of a batch.
    private long flow() {
        double periods = (double) Batch.LIFE_NANOS / policy.refillPeriod().toNanos();
        return Math.max(1, (long) (policy.refillTokens() * periods));
    }

    /// What there is to tell and to ask now.
    ///
    /// @param ahead whether to take what is likely to be spent, too
    Claim claim(@Nullable Waiting waiting, boolean ahead, long now) {
        batch.expire(now);
        batch.measure(now);
        long worth = ahead ? Math.max(0, batch.worth(flow()) - batch.tokens()) : 0;
        return waiting == null
                ? claim(Math.min(1, worth), worth, now)
                : claim(waiting.least(), Math.max(waiting.all(), worth), now);
    }

    private Claim claim(long least, long most, long now) {
        var memory = new Memory(standing.life(), standing.estimate(policy, now));
        long returned = batch.takeReturned();
        var claim = new Claim(subject, policy, version, memory, debt, returned, least, most);
        debt = 0;
        return claim;
    }

    /// @param awaited whether requests have waited for it
    void granted(Grant grant, boolean awaited, long askedAt, long now) {
        batch.add(grant.granted(), awaited ? Batch.AWAITED_NANOS : Batch.LIFE_NANOS, now);
        standing = new Standing(grant.life(), grant.remaining(), askedAt, grant.nextNanos());
    }

    void failed(Claim claim) {
        debt += claim.debt();
    }

    /// Whether there is something to tell.
    boolean isUntold(long now) {
        batch.expire(now);
        return debt > 0 || batch.returned() > 0;
    }

    /// Whether there is, or soon will be.
    boolean isHeld() {
        return debt > 0 || batch.returned() > 0 || batch.tokens() > 0;
    }

    /// Gives everything back.
    Claim last(long now) {
        batch.empty();
        return claim(0, 0, now);
    }
}
