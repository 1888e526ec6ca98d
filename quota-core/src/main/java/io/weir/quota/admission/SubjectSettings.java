package io.weir.quota.admission;

import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is configured for one subject.
///
/// @param version of the configuration at which it was read
/// @param status a key is active until it is revoked, then disabled
/// @param expires when a key stops, if ever
/// @param zone where a client or a reseller counts its days, if it says so itself
/// @param weekStart on which day a reseller's weeks start
/// @param rule which rule a key is bound to, or is the default of a client or a reseller
/// @param restrictions what a key may be used for
/// @param identity of a key: another one as soon as it belongs to somebody else or is opened by
///   other secrets; of others nothing
/// @param policies those of period quotas are put on the account's calendar when they are used
public record SubjectSettings(
        long version,
        Subject subject,
        Status status,
        Optional<Instant> expires,
        Optional<ZoneId> zone,
        Optional<DayOfWeek> weekStart,
        Optional<UUID> rule,
        Restrictions restrictions,
        @Nullable UUID identity,
        List<QuotaPolicy> policies) {

    /// The policy that holds a reseller's own keys, and nobody below it.
    public static final String OWN = "own";

    public SubjectSettings {
        policies = List.copyOf(policies);
    }

    /// The part of them that holds a reseller's own keys, or the part that holds everybody.
    SubjectSettings of(boolean own) {
        if (policies.stream().allMatch(each -> each.name().value().equals(OWN) == own)) {
            return this;
        }
        return new SubjectSettings(
                version,
                subject,
                status,
                expires,
                zone,
                weekStart,
                rule,
                restrictions,
                identity,
                policies.stream().filter(each -> each.name().value().equals(OWN) == own).toList());
    }
}
