package io.weir.quota.decision;

import io.weir.quota.admission.AppliedLimit;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Why a request was refused; or what would have refused it, had it not only observed.
///
/// @param request its id
/// @param client absent for a reseller's own key
/// @param told what the caller was told; absent for a request that was admitted
/// @param limits all that applied
public record Decision(
        UUID request,
        Instant at,
        UUID key,
        Optional<UUID> client,
        UUID reseller,
        String route,
        Optional<Told> told,
        List<AppliedLimit> limits) {

    public Decision {
        limits = List.copyOf(limits);
    }

    /// A refusal as its caller saw it, and what decided it.
    public record Told(int status, String type, String title, String detail, Decider decider) {}

    /// @param cause in one word, such as `quota`, `rate` or `suspended`
    /// @param subject whose limit it was, or who may not call; absent if it was nobody's
    /// @param policy absent if it was no limit
    public record Decider(String cause, Optional<Subject> subject, Optional<PolicyName> policy) {}

    public boolean isRefusal() {
        return told.isPresent();
    }
}
