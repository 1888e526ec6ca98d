package io.weir.quota.admission;

import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.subject.Subject;

/// From what is stated to what holds a request to it.
interface Limits {

    /// @param version of the configuration at which the policy was read
    Limit limit(Subject subject, QuotaPolicy policy, long version);
}
