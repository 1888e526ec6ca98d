package io.weir.quota.lease;

import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import java.util.OptionalLong;

/// Quotas as tests need them.
final class Quotas {

    private Quotas() {}

    static PeriodQuota monthly(PolicyName name, long limit) {
        return new PeriodQuota(
                name,
                QuotaUnit.REQUESTS,
                CalendarPeriod.MONTHLY,
                Calendar.UTC,
                OptionalLong.of(limit),
                Enforcement.ENFORCE,
                FailureMode.CLOSED);
    }
}
