package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;

/// The token buckets that this node uses, one for each subject and policy.
public interface Rates {

    /// The bucket of one subject. One that exists takes on a changed policy and keeps what was
    /// consumed: 5 a minute of which 2 are used, made 10, has 8.
    ///
    /// @param version of the configuration the policy was read at; an older one changes nothing
    Rate rate(Subject subject, TokenBucket policy, long version);

    /// Buckets in memory.
    long size();
}
