package io.weir.admin.key;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// @param clientId null for a key of the reseller's own
/// @param previous the secret that was replaced, null if none works any more
/// @param applied the rule that applies, null if none does
/// @param counted its own quotas, and that of the rule
record Key(
        UUID id,
        UUID resellerId,
        @Nullable UUID clientId,
        Terms terms,
        String prefix,
        String lastFour,
        @Nullable Previous previous,
        String status,
        @Nullable Instant revokedAt,
        @Nullable Applied applied,
        List<Counted> counted,
        long revision,
        Instant createdAt) {

    static final String TOKENS = "tokens";

    Key {
        counted = List.copyOf(counted);
    }

    /// The token quota as it is stated, and as it stands now.
    record Tokens(String reset, @JsonUnwrapped Quota quota) {}

    /// One of the quotas that count what this key does alone.
    record Own(String policy, String unit, @JsonUnwrapped Quota quota) {}

    /// A key as callers see it, ever after.
    record Answer(
            String id,
            String resellerId,
            @Nullable String clientId,
            String label,
            String prefix,
            String lastFour,
            @Nullable Previous previousSecret,
            @Nullable Long requestsPerMinute,
            @Nullable Long tokensPerMinute,
            @Nullable Long requestsPerDay,
            @Nullable Long concurrentRequests,
            @Nullable Tokens tokenQuota,
            @Nullable String groupId,
            @Nullable String ruleId,
            Applied.@Nullable Answer appliedRule,
            String failureMode,
            List<Long> alertPercents,
            @Nullable List<String> allowedRoutes,
            @Nullable List<String> allowedModels,
            @Nullable List<String> allowedCidrs,
            List<Own> quotas,
            @Nullable Instant expiresAt,
            String status,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    /// A key in the one answer that shows its secret.
    record Created(@JsonUnwrapped Answer key, String secret) {

        /// Records print their components, and this is a secret.
        @Override
        public String toString() {
            return "Created[" + key + "]";
        }
    }

    Answer answer(Map<Counted, Quota> quotas) {
        return new Answer(
                Ids.text(SubjectKind.KEY, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                Ids.textOrNull(SubjectKind.CLIENT, clientId),
                terms.label(),
                prefix,
                lastFour,
                previous,
                terms.requestsPerMinute(),
                terms.tokensPerMinute(),
                terms.requestsPerDay(),
                terms.concurrentRequests(),
                tokens(quotas),
                Ids.textOrNull(SubjectKind.GROUP, terms.group()),
                Ids.textOrNull(Resource.RULE, terms.rule()),
                applied == null ? null : applied.answer(),
                terms.failureMode(),
                terms.alertPercents(),
                terms.allowed().routes(),
                terms.allowed().models(),
                terms.allowed().cidrs(),
                counted.stream().map(one -> own(one, quotas)).toList(),
                terms.expiresAt(),
                status,
                revokedAt,
                createdAt);
    }

    SubjectKind owner() {
        return clientId == null ? SubjectKind.RESELLER : SubjectKind.CLIENT;
    }

    UUID ownerId() {
        return clientId == null ? resellerId : clientId;
    }

    /// @throws Problem if it works no more
    void requireActive() {
        if (!status.equals("active")) {
            throw Problem.conflict("key-" + status, "This key is %s.".formatted(status));
        }
    }

    /// @throws Problem if there is no token quota to reset by hand
    void requireManualTokens() {
        TokenQuota stated = terms.tokenQuota();
        if (stated == null) {
            throw Problem.conflict("no-token-quota", "This key has no token quota.");
        }
        if (!stated.isManual()) {
            throw Problem.conflict(
                    "resets-by-itself",
                    "This token quota resets %s, by itself: raise its limit, or make it manual."
                            .formatted(stated.reset()));
        }
    }

    private @Nullable Tokens tokens(Map<Counted, Quota> quotas) {
        TokenQuota stated = terms.tokenQuota();
        if (stated == null) {
            return null;
        }
        return counted.stream()
                .filter(one -> one.policy().equals(TOKENS))
                .map(one -> new Tokens(stated.reset(), Objects.requireNonNull(quotas.get(one))))
                .findFirst()
                .orElse(null);
    }

    private static Own own(Counted one, Map<Counted, Quota> quotas) {
        return new Own(one.policy(), one.unit().word(), Objects.requireNonNull(quotas.get(one)));
    }
}
