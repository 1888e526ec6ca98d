package io.weir.quota.admission;

import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.subject.Status;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// What of its settings a subject has in common with others: most keys have one of a few terms.
record Terms(
        Status status,
        Optional<Instant> expires,
        Optional<ZoneId> zone,
        Optional<DayOfWeek> weekStart,
        Restrictions restrictions,
        List<QuotaPolicy> policies) {

    static Terms of(SubjectSettings settings) {
        return new Terms(
                settings.status(),
                settings.expires(),
                settings.zone(),
                settings.weekStart(),
                settings.restrictions(),
                settings.policies());
    }
}
