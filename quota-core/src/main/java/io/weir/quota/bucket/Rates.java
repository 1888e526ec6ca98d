package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;

/// The token buckets that requests on this node fall under, one for each subject and policy.
public interface Rates {

    /// The handle by which one subject's bucket is used. A bucket that already exists takes on a
    /// changed policy and keeps what was consumed: 5 a minute of which 2 are used, made 10, has 8.
    ///
    /// @param version of the configuration that states the policy
    Rate rate(Subject subject, TokenBucket policy, long version);

    /// Buckets in memory.
    long size();
}
