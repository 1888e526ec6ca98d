package io.weir.admin.why;

import io.weir.admin.quota.Amount;
import io.weir.quota.admission.AppliedLimit;
import io.weir.quota.admission.AppliedLimit.Kind;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A limit as a request met it, or would.
///
/// @param scope whose it is: key, group, client or reseller
/// @param mode whether it refuses, or only tells what it would have refused
/// @param unit null for a window and for no limit at all
/// @param used null where only gateways know it, as `reserved` and `remaining`
/// @param verdict whether it admits or refuses; in observe mode, whether it would
/// @param cause of its refusal
/// @param retryAt when it would not refuse any more, if that is known
record Met(
        String policy,
        String scope,
        String subjectId,
        String kind,
        String mode,
        @Nullable String unit,
        @Nullable Amount limit,
        @Nullable Amount used,
        @Nullable Amount reserved,
        @Nullable Amount remaining,
        @Nullable Instant resetsAt,
        String verdict,
        @Nullable String cause,
        @Nullable Instant retryAt) {

    /// As it is stored.
    static Met of(JsonNode stored) {
        String unit = text(stored, "unit");
        String cause = text(stored, "refused_for");
        String subject = stored.get("subject_id").stringValue();
        return new Met(
                stored.get("policy").stringValue(),
                scope(subject),
                subject,
                stored.get("kind").stringValue(),
                stored.get("mode").stringValue(),
                unit,
                amount(unit, stored.get("limit")),
                amount(unit, stored.get("used")),
                amount(unit, stored.get("reserved")),
                amount(unit, stored.get("remaining")),
                instant(stored, "resets_at"),
                verdict(cause != null),
                cause,
                instant(stored, "retry_at"));
    }

    /// As it is found now.
    static Met of(AppliedLimit applied, Instant at) {
        Optional<ServiceLimit> limit = applied.limit();
        boolean known = applied.kind() == Kind.QUOTA;
        return new Met(
                applied.policy().value(),
                scope(applied.subject().toString()),
                applied.subject().toString(),
                word(applied.kind()),
                word(applied.enforcement()),
                limit.map(one -> one.unit().word()).orElse(null),
                limit.map(one -> new Amount(one.unit(), one.quota())).orElse(null),
                limit.filter(_ -> known)
                        .map(one -> new Amount(one.unit(), one.used()))
                        .orElse(null),
                limit.filter(_ -> known)
                        .map(one -> new Amount(one.unit(), one.reserved()))
                        .orElse(null),
                limit.filter(_ -> known)
                        .map(one -> new Amount(one.unit(), one.remaining()))
                        .orElse(null),
                after(at, limit.flatMap(ServiceLimit::resetAfter)),
                verdict(applied.refusal().isPresent()),
                applied.refusal().map(Met::word).orElse(null),
                after(at, applied.retryAfter()));
    }

    /// Whose a limit is, from its id.
    static String scope(String subject) {
        return Subject.parse(subject).map(one -> word(one.kind())).orElseThrow();
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static @Nullable String text(JsonNode stored, String name) {
        return stored.has(name) ? stored.get(name).stringValue() : null;
    }

    private static String verdict(boolean refuses) {
        return refuses ? "refuses" : "admits";
    }

    private static @Nullable Amount amount(@Nullable String unit, @Nullable JsonNode value) {
        return unit == null || value == null
                ? null
                : new Amount(QuotaUnit.of(unit), value.longValue());
    }

    private static @Nullable Instant instant(JsonNode stored, String name) {
        String text = text(stored, name);
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable Instant after(Instant at, Optional<Duration> wait) {
        return wait.map(at::plus)
                .map(instant -> instant.plusMillis(500).truncatedTo(ChronoUnit.SECONDS))
                .orElse(null);
    }
}
