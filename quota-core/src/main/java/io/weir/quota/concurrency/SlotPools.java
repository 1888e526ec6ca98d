package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;

/// The slots that requests on this node fall under.
public interface SlotPools {

    Slots slots(Subject subject, PolicyName policy);
}
