package io.weir.admin.why;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.admission.Examination.Finding;
import io.weir.quota.admission.Examination.Ruling;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a request of a key would meet at an instant.
record Admission(Path path, Instant at, Finding finding) {

    /// A key, and what it hangs from.
    record Path(UUID key, @Nullable UUID group, @Nullable UUID client, UUID reseller) {

        UUID[] subjects() {
            List<UUID> subjects = new ArrayList<>(List.of(key, reseller));
            if (group != null) {
                subjects.add(group);
            }
            if (client != null) {
                subjects.add(client);
            }
            return subjects.toArray(UUID[]::new);
        }
    }

    /// The rule that applies.
    ///
    /// @param boundTo whose it is: key, client or reseller
    record Rule(String id, String boundTo) {

        static Rule of(Ruling ruling) {
            return new Rule(
                    Ids.text(Resource.RULE, ruling.rule()), Met.word(ruling.boundTo().kind()));
        }
    }

    /// An admission as callers see it.
    ///
    /// @param outcome admitted or refused
    /// @param decidedBy null if it would be admitted
    record Answer(
            String keyId,
            @Nullable String groupId,
            @Nullable String clientId,
            String resellerId,
            Instant at,
            String outcome,
            String text,
            @Nullable Decider decidedBy,
            @Nullable Rule appliedRule,
            List<Met> limits) {}

    Answer answer() {
        Optional<Decider> decider = Decider.of(finding);
        return new Answer(
                Ids.text(SubjectKind.KEY, path.key()),
                Ids.textOrNull(SubjectKind.GROUP, path.group()),
                Ids.textOrNull(SubjectKind.CLIENT, path.client()),
                Ids.text(SubjectKind.RESELLER, path.reseller()),
                at,
                decider.isPresent() ? "refused" : "admitted",
                decider.map(Admission::text).orElse("A request would be admitted."),
                decider.orElse(null),
                finding.rule().map(Rule::of).orElse(null),
                finding.limits().stream().map(limit -> Met.of(limit, at)).toList());
    }

    private static String text(Decider decider) {
        return decider.policy() == null
                ? "A request would be refused: the %s is %s."
                        .formatted(decider.scope(), decider.cause())
                : "A request would be refused by the limit '%s' of the %s: %s."
                        .formatted(decider.policy(), decider.scope(), words(decider.cause()));
    }

    private static String words(String cause) {
        return switch (cause) {
            case "quota" -> "it is spent";
            case "reserved" -> "what is left is reserved";
            case "balance" -> "what was paid for is spent";
            case "window" -> "calls are not allowed at this time";
            default -> cause;
        };
    }
}
