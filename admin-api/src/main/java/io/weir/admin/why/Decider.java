package io.weir.admin.why;

import io.weir.quota.admission.Examination.Finding;
import io.weir.quota.subject.Subject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What decided that a request is refused.
///
/// @param cause in one word: quota, reserved, balance, rate, concurrency, window, suspended,
///   disabled, revoked, expired, provisioning, or store-away
/// @param scope whose limit it is, or who may not call; null if it is nobody's
/// @param policy null if it is no limit
record Decider(
        String cause, @Nullable String scope, @Nullable String subjectId, @Nullable String policy) {

    static Decider of(JsonNode stored) {
        String subject = Met.text(stored, "subject_id");
        return new Decider(
                stored.get("cause").stringValue(),
                subject == null ? null : Met.scope(subject),
                subject,
                Met.text(stored, "policy"));
    }

    /// Whoever may not call at all, before any limit.
    static Optional<Decider> of(Finding finding) {
        return finding.barred()
                .map(barred -> of(Met.word(barred.bar()), barred.subject(), null))
                .or(
                        () ->
                                finding.decides()
                                        .map(
                                                limit ->
                                                        of(
                                                                Met.word(limit.cause()),
                                                                limit.subject(),
                                                                limit.policy().value())));
    }

    private static Decider of(String cause, Subject subject, @Nullable String policy) {
        return new Decider(cause, Met.word(subject.kind()), subject.toString(), policy);
    }
}
