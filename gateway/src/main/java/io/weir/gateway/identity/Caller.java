package io.weir.gateway.identity;

import io.weir.quota.admission.SubjectPath;
import io.weir.quota.subject.Subject;
import java.util.Optional;
import java.util.UUID;

/// Whose credential was shown, with the limits that apply.
///
/// @param group absent for a key that is in none
/// @param client absent for a reseller's own key
public record Caller(
        Subject key,
        Optional<UUID> group,
        Optional<UUID> client,
        UUID reseller,
        SubjectPath path) {}
