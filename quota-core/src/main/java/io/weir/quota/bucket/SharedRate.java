package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.util.concurrent.atomic.AtomicBoolean;
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
/// A reply that is lost never lets more through: tokens it granted are gone, debts it may have
/// taken are told again, and what it may have put back is not.
///
/// When the store is away, or its answer is overdue, this node's share decides, of what was there
/// when it was last heard of.
final class SharedRate implements Rate {

    private final Subject subject;
    private final SharedRates rates;
    private final AtomicBoolean looked = new AtomicBoolean();
    private volatile TokenBucket policy;
    private volatile long version;
    private volatile @Nullable Rate alone;

    /// When the call under way was sent, for as long as it is.
    private volatile boolean calling;

    private volatile long calledAt;

    // Below: under the monitor of this object.
    private final Batch batch = new Batch();
    private Standing standing;
    private @Nullable Waiting waiting;
    private @Nullable Waiting asking;
    private long toldAt;
    private long debt;

    SharedRate(Subject subject, TokenBucket policy, long version, SharedRates rates) {
        this.subject = subject;
        this.policy = policy;
        this.version = version;
        this.rates = rates;
        this.standing = unknown(policy);
    }

    /// A bucket of which nothing is known is full.
    private Standing unknown(TokenBucket bucket) {
        return new Standing(bucket.capacity(), rates.nanoTime(), 0);
    }

    synchronized void change(TokenBucket changed, long newVersion) {
        if (newVersion < version) {
            return;
        }
        version = newVersion;
        if (!changed.equals(policy)) {
            policy = changed;
            standing = unknown(changed);
            alone = null;
            batch.empty();
            rates.look(this);
        }
    }

    AtomicBoolean looked() {
        return looked;
    }

    @Override
    public TokenBucket policy() {
        return policy;
    }

    @Override
    public Verdict verdict(long tokens, long nanoTime) {
        long wanted = Math.max(1, tokens);
        synchronized (this) {
            if (batch.holds(wanted, nanoTime)) {
                return Verdict.ADMITS;
            }
            if (!isAlone(nanoTime)) {
                return waitNanos(wanted, nanoTime) > 0 ? Verdict.REFUSES : Verdict.ASK;
            }
        }
        return alone().verdict(tokens, nanoTime);
    }

    @Override
    public boolean tryConsume(long tokens, long nanoTime) {
        boolean low;
        synchronized (this) {
            if (!batch.holds(Math.max(1, tokens), nanoTime)) {
                if (!isAlone(nanoTime)) {
                    return false;
                }
                low = false;
            } else {
                batch.spend(tokens);
                low = !calling && isRunningLow();
                if (!low) {
                    return true;
                }
            }
        }
        if (low) {
            call(true);
            return true;
        }
        rates.countFallback();
        return alone().tryConsume(tokens, nanoTime);
    }

    @Override
    public void putBack(long tokens) {
        if (rates.isStoreAway()) {
            alone().putBack(tokens);
            return;
        }
        synchronized (this) {
            batch.putBack(tokens, rates.nanoTime());
        }
        rates.look(this);
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
                debt += batch.payOff(difference, rates.nanoTime());
            }
            rates.look(this);
        }
    }

    @Override
    public Consumption estimate(long tokens) {
        long now = rates.nanoTime();
        if (isAlone(now)) {
            return alone().estimate(tokens);
        }
        long wanted = Math.max(1, tokens);
        synchronized (this) {
            batch.expire(now);
            long own = batch.tokens() + batch.returned() - debt;
            long wait = batch.tokens() >= wanted ? 0 : waitNanos(wanted, now);
            return Consumption.of(
                    Math.min(policy.capacity(), standing.estimate(policy, now) + own), wait);
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
                    return rates.inTime(answer, this::tooLate);
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

    private void tooLate() {
        synchronized (this) {
            long now = rates.nanoTime();
            if (!calling || now - toldAt < rates.budgetNanos()) {
                return;
            }
            toldAt = now;
        }
        rates.overdue();
    }

    private boolean isAlone(long now) {
        return rates.isStoreAway() || (calling && now - calledAt > rates.patienceNanos());
    }

    private Rate alone() {
        Rate rate = alone;
        if (rate == null) {
            synchronized (this) {
                long known = standing.estimate(policy, rates.nanoTime()) + batch.returned() - debt;
                rate = rates.alone(subject, policy, version, known);
                alone = rate;
            }
        }
        return rate;
    }

    private long waitNanos(long tokens, long now) {
        if (tokens > policy.capacity()) {
            return Long.MAX_VALUE;
        }
        long missing = Math.clamp(tokens - batch.returned() + debt, 0, policy.capacity());
        return standing.waitNanos(missing, policy, now);
    }

    private boolean isRunningLow() {
        long worth = batch.worth(flow());
        return worth > 1 && batch.tokens() * 2 < worth;
    }

    /// Tokens that flow into the bucket in the life of a batch.
    private long flow() {
        double periods = (double) Batch.LIFE_NANOS / policy.refillPeriod().toNanos();
        return Math.max(1, (long) (policy.refillTokens() * periods));
    }

    /// Sends what there is to tell and to ask, unless a call is under way.
    ///
    /// @param ahead whether to take what is likely to be spent, too
    private void call(boolean ahead) {
        Claim claim;
        synchronized (this) {
            if (calling) {
                return;
            }
            claim = claim(ahead, rates.nanoTime());
            calling = true;
        }
        rates.exchange(claim).subscribe(grant -> granted(grant), failure -> failed(claim));
    }

    private Claim claim(boolean ahead, long now) {
        batch.expire(now);
        batch.measure(now);
        long worth = ahead ? Math.max(0, batch.worth(flow()) - batch.tokens()) : 0;
        long least = Math.min(1, worth);
        long most = worth;
        if (waiting != null) {
            least = waiting.least();
            most = Math.max(waiting.all(), worth);
        }
        var claim = new Claim(subject, policy, version, debt, batch.takeReturned(), least, most);
        debt = 0;
        asking = waiting;
        waiting = null;
        calledAt = now;
        toldAt = now;
        return claim;
    }

    private void granted(Grant grant) {
        @Nullable Waiting answered;
        boolean more;
        synchronized (this) {
            long now = rates.nanoTime();
            batch.add(grant.granted(), now);
            standing = new Standing(grant.remaining(), calledAt, grant.nextNanos());
            calling = false;
            alone = null;
            answered = asking;
            asking = null;
            more = waiting != null;
        }
        rates.look(this);
        answer(answered);
        if (more) {
            call(true);
        }
    }

    private void failed(Claim claim) {
        @Nullable Waiting answered;
        @Nullable Waiting late;
        synchronized (this) {
            debt += claim.debt();
            calling = false;
            answered = asking;
            asking = null;
            late = waiting;
            waiting = null;
        }
        rates.look(this);
        answer(answered);
        answer(late);
    }

    private static void answer(@Nullable Waiting requests) {
        if (requests != null) {
            requests.answered();
        }
    }

    /// Tells the store what nobody's request told it. Answers whether there is more to come.
    boolean tend() {
        boolean tell;
        boolean more;
        synchronized (this) {
            batch.expire(rates.nanoTime());
            tell = (debt > 0 || batch.returned() > 0) && !calling && !rates.isStoreAway();
            more = debt > 0 || batch.returned() > 0 || batch.tokens() > 0;
        }
        if (tell) {
            call(false);
        }
        return more;
    }

    /// Gives everything back.
    Mono<Void> close() {
        synchronized (this) {
            batch.empty();
        }
        return Mono.defer(
                () -> {
                    Claim last;
                    synchronized (this) {
                        last =
                                new Claim(
                                        subject, policy, version, debt, batch.takeReturned(), 0, 0);
                        debt = 0;
                    }
                    return last.debt() + last.returned() == 0
                            ? Mono.empty()
                            : rates.exchange(last).then();
                });
    }
}
