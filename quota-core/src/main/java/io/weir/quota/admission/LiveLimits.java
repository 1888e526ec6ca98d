package io.weir.quota.admission;

import io.weir.quota.bucket.Rates;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.Lease;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import java.time.InstantSource;

/// Limits that requests take from: buckets, slots and leases of this node.
record LiveLimits(Rates rates, SlotPools slots, Leases leases, InstantSource clock)
        implements Limits {

    @Override
    public Limit limit(Subject subject, QuotaPolicy policy, long version) {
        return switch (policy) {
            case QuotaPolicy.Access access ->
                    Observed.where(access.enforcement(), new Access(subject, access, clock));
            case QuotaPolicy.Concurrency limit ->
                    new Concurrency(subject, limit, slots.slots(subject, limit.name()));
            case TokenBucket rate -> new RateLimit(subject, rates.rate(subject, rate, version));
            case PeriodQuota quota ->
                    Observed.where(quota.enforcement(), allowance(subject, quota));
        };
    }

    private Allowance allowance(Subject subject, PeriodQuota quota) {
        Lease lease = leases.lease(new CounterKey(subject.id(), quota.name()), quota);
        return new Allowance(subject, quota, lease);
    }
}
