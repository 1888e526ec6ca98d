package io.weir.quota.admission;

import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// What a rule says: a template, from which each key that it applies to gets policies of its own.
///
/// @param version of the configuration at which it was read
/// @param enabled a disabled rule restricts nothing, and the chain falls through to the next
public record RuleSettings(
        long version,
        UUID id,
        boolean enabled,
        Enforcement enforcement,
        Optional<Credits> credits,
        Optional<AccessWindow> window) {

    /// @param nanoCredits for each period
    public record Credits(CalendarPeriod period, long nanoCredits) {}

    private static final PolicyName WINDOW = new PolicyName("rule-window");

    /// The counter belongs to the key and the kind of period, so that another rule of the same kind
    /// counts on. It runs in the window's zone, else in the account's.
    List<QuotaPolicy> policies(Calendar account) {
        List<QuotaPolicy> policies = new ArrayList<>();
        window.ifPresent(when -> policies.add(new QuotaPolicy.Access(WINDOW, when, enforcement)));
        Calendar calendar =
                window.map(when -> new Calendar(when.zone(), account.weekStart())).orElse(account);
        credits.ifPresent(
                quota ->
                        policies.add(
                                new PeriodQuota(
                                        name(quota.period()),
                                        QuotaUnit.CREDITS,
                                        quota.period(),
                                        calendar,
                                        OptionalLong.of(quota.nanoCredits()),
                                        enforcement,
                                        FailureMode.CLOSED)));
        return policies;
    }

    private static PolicyName name(CalendarPeriod period) {
        return new PolicyName("rule-" + period.name().toLowerCase(Locale.ROOT));
    }
}
