package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.bucket.Consumption;
import io.weir.quota.bucket.TokenRate;
import io.weir.quota.lease.Lease;
import io.weir.quota.lease.Slice;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One policy of one subject, as a request meets it: asked first, then taken from.
sealed interface Limit {

    PolicyName name();

    Verdict verdict(long units);

    /// What was set aside, or nothing if it is not there.
    @Nullable Hold tryTake(long units);

    /// What is left, or nothing if the limit is unlimited.
    Optional<ServiceLimit> serviceLimit(Instant now);

    Violation violation(Subject subject, long units, Instant now);

    /// A rate. What was consumed stays consumed, whatever the request used in the end.
    record Rate(TokenRate bucket) implements Limit {

        @Override
        public PolicyName name() {
            return bucket.policy().name();
        }

        @Override
        public Verdict verdict(long units) {
            return bucket.holds(units) ? Verdict.ADMITS : Verdict.REFUSES;
        }

        @Override
        public @Nullable Hold tryTake(long units) {
            return bucket.tryConsume(units) ? new Consumed(bucket, units) : null;
        }

        @Override
        public Optional<ServiceLimit> serviceLimit(Instant now) {
            long left = bucket.estimate(1).remaining();
            long next = Math.min(left + 1, bucket.policy().capacity());
            return Optional.of(limit(bucket.estimate(next)));
        }

        @Override
        public Violation violation(Subject subject, long units, Instant now) {
            Consumption wait = bucket.estimate(units);
            return new Violation(subject, Cause.RATE, limit(wait), wait.retryAfter());
        }

        private ServiceLimit limit(Consumption now) {
            var policy = bucket.policy();
            return new ServiceLimit(
                    policy.name(),
                    policy.capacity(),
                    policy.capacity() - now.remaining(),
                    0,
                    now.remaining(),
                    Optional.of(policy.refillPeriod()),
                    now.retryAfter());
        }
    }

    /// Tokens taken from a bucket.
    record Consumed(TokenRate bucket, long units) implements Hold {

        @Override
        public void settle(long spent) {}

        @Override
        public void release() {
            bucket.putBack(units);
        }
    }

    /// Requests under way, of which each takes one slot until it ends.
    record Slots(Concurrency policy, AtomicLong taken) implements Limit, Hold {

        private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

        @Override
        public PolicyName name() {
            return policy.name();
        }

        @Override
        public Verdict verdict(long units) {
            return taken.get() < policy.slots() ? Verdict.ADMITS : Verdict.REFUSES;
        }

        @Override
        public @Nullable Hold tryTake(long units) {
            long before = taken.get();
            while (before < policy.slots()) {
                if (taken.compareAndSet(before, before + 1)) {
                    return this;
                }
                before = taken.get();
            }
            return null;
        }

        @Override
        public void settle(long spent) {
            taken.decrementAndGet();
        }

        @Override
        public void release() {
            taken.decrementAndGet();
        }

        @Override
        public Optional<ServiceLimit> serviceLimit(Instant now) {
            return Optional.of(limit());
        }

        @Override
        public Violation violation(Subject subject, long units, Instant now) {
            return new Violation(subject, Cause.CONCURRENCY, limit(), RETRY_AFTER);
        }

        private ServiceLimit limit() {
            long now = taken.get();
            return new ServiceLimit(
                    policy.name(),
                    policy.slots(),
                    now,
                    0,
                    Math.max(0, policy.slots() - now),
                    Optional.empty(),
                    Duration.ZERO);
        }
    }

    /// An allowance for a calendar period, spent from this node's lease.
    record Allowance(Lease lease, LongSupplier nanoTime) implements Limit {

        private static final Duration RESERVED_RETRY = Duration.ofSeconds(1);

        @Override
        public PolicyName name() {
            return lease.policy().name();
        }

        @Override
        public Verdict verdict(long units) {
            return lease.verdict(units, nanoTime.getAsLong());
        }

        @Override
        public @Nullable Hold tryTake(long units) {
            Slice slice = lease.tryReserve(units, nanoTime.getAsLong());
            return slice == null ? null : new Leased(lease, slice, units);
        }

        @Override
        public Optional<ServiceLimit> serviceLimit(Instant now) {
            return lease.serviceLimit(now);
        }

        @Override
        public Violation violation(Subject subject, long units, Instant now) {
            ServiceLimit limit = lease.serviceLimit(now).orElseGet(this::nothingLeft);
            return lease.onlyReservedStandsInTheWay(units)
                    ? new Violation(subject, Cause.RESERVED, limit, RESERVED_RETRY)
                    : new Violation(subject, Cause.QUOTA, limit, limit.resetAfter());
        }

        private ServiceLimit nothingLeft() {
            return new ServiceLimit(
                    name(),
                    lease.policy().limit().orElse(0),
                    lease.used(),
                    0,
                    0,
                    Optional.empty(),
                    RESERVED_RETRY);
        }
    }

    /// Units of a lease.
    record Leased(Lease lease, Slice slice, long units) implements Hold {

        @Override
        public void settle(long spent) {
            lease.settle(slice, units, spent);
        }

        @Override
        public void release() {
            lease.settle(slice, units, 0);
        }
    }
}
