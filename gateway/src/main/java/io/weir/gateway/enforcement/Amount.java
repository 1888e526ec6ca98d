package io.weir.gateway.enforcement;

import io.weir.quota.admission.RefusalText;
import io.weir.quota.policy.QuotaUnit;

/// How much of a unit, as it stands in JSON.
final class Amount {

    private Amount() {}

    /// A number, but for credits, which are decimal.
    static Object json(QuotaUnit unit, long amount) {
        return unit == QuotaUnit.CREDITS ? RefusalText.amount(unit, amount) : (Object) amount;
    }
}
