package io.weir.quota.admission;

import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;

/// How one subject's limit stands.
public record LimitState(Subject subject, ServiceLimit limit) {}
