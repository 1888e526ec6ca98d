package io.weir.admin.rule;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// @param referenceCount how many keys are bound to it
/// @param inheritedCount to how many it applies by default
record Rule(
        UUID id,
        UUID resellerId,
        Terms terms,
        long referenceCount,
        long inheritedCount,
        long revision,
        Instant createdAt) {

    record Limit(String period, String credits) {}

    /// A rule as callers see it.
    record Answer(
            String id,
            String resellerId,
            String name,
            @Nullable String description,
            boolean enabled,
            String mode,
            @Nullable Limit quota,
            @Nullable Window window,
            String limitText,
            String windowText,
            String text,
            long referenceCount,
            long inheritedCount,
            Instant createdAt) {}

    /// A rule after a change, which may have freed keys of it.
    record Changed(@JsonUnwrapped Answer rule, long freedKeys) {}

    /// What a rule would say.
    record Preview(String text, String limitText, String windowText) {

        static Preview of(Terms terms) {
            return new Preview(terms.text(), terms.limitText(), terms.windowText());
        }
    }

    /// How many keys it restricts.
    long uses() {
        return terms.enabled() ? referenceCount + inheritedCount : 0;
    }

    Answer answer() {
        Terms.Limit limit = terms.quota();
        return new Answer(
                Ids.text(Resource.RULE, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                terms.name(),
                terms.description(),
                terms.enabled(),
                terms.mode(),
                limit == null ? null : new Limit(limit.period(), Money.decimal(limit.credits())),
                terms.window(),
                terms.limitText(),
                terms.windowText(),
                terms.text(),
                referenceCount,
                inheritedCount,
                createdAt);
    }
}
