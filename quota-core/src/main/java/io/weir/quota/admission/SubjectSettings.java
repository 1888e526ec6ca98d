package io.weir.quota.admission;

import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is configured for one subject.
///
/// @param version of the configuration at which it was read
/// @param status a key is active until it is revoked, then disabled
/// @param expires when a key stops, if ever
public record SubjectSettings(
        long version,
        Subject subject,
        Status status,
        Optional<Instant> expires,
        List<QuotaPolicy> policies) {

    /// The policy that holds a reseller's own keys, and nobody below it.
    public static final String OWN = "own";

    public SubjectSettings {
        policies = List.copyOf(policies);
    }
}
