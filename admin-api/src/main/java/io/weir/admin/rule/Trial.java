package io.weir.admin.rule;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which rule is to be run over whose usage, and over what time.
///
/// @param draft a rule in the making; absent where `ruleId` names one
/// @param from a whole minute
record Trial(
        @Nullable Terms draft, @Nullable UUID ruleId, Subject subject, Instant from, Instant to) {

    private static final Duration LONGEST = Duration.ofDays(92);

    static Trial read(Body body) {
        Terms draft = body.nullableObject("rule", Terms::draft, null);
        UUID ruleId = body.nullable("rule_id", Form.id(Resource.RULE), null);
        if (draft == null && ruleId == null) {
            body.violates("rule", "required", "This or rule_id is required.");
        } else if (draft != null && ruleId != null) {
            body.violates("rule_id", "surplus", "There is a rule already: give one of them.");
        }
        var trial =
                new Trial(
                        draft,
                        ruleId,
                        body.required(
                                "subject",
                                Form.subject(
                                        SubjectKind.KEY, SubjectKind.CLIENT, SubjectKind.RESELLER),
                                null),
                        body.required("from", Form.moment(), null).truncatedTo(ChronoUnit.MINUTES),
                        body.required("to", Form.moment(), null));
        if (!trial.from.isBefore(trial.to)) {
            body.violates("from", "range", "This must be before the end.");
        } else if (Duration.between(trial.from, trial.to).compareTo(LONGEST) > 0) {
            body.violates(
                    "from",
                    "range",
                    "At most %d days are simulated at once.".formatted(LONGEST.toDays()));
        }
        body.nothingElse();
        return trial;
    }
}
