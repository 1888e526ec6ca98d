package io.weir.gateway.identity;

import io.weir.quota.admission.SubjectPath;
import io.weir.quota.subject.Subject;
import java.util.Optional;
import java.util.UUID;

/// Whose credential was shown, with the limits that apply.
///
/// @param client absent for a reseller's own key
public record Caller(Subject key, Optional<UUID> client, UUID reseller, SubjectPath path) {}
