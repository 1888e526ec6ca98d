package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;

/// The slots that this node uses, one pool for each subject and policy.
public interface SlotPools {

    /// The same for as long as somebody holds it: a request that has a slot must.
    Slots slots(Subject subject, PolicyName policy);
}
