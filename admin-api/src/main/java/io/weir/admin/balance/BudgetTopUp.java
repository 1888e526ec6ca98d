package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;

/// Client price that was added to a key's budget.
///
/// @param cost what was debited from the reseller for it
record BudgetTopUp(
        UUID entry,
        UUID key,
        UUID reseller,
        long amount,
        long cost,
        String currency,
        Instant bookedAt) {

    record Answer(
            String id,
            String keyId,
            String resellerId,
            String amount,
            String cost,
            String currency,
            Instant createdAt) {}

    Answer answer() {
        return new Answer(
                Ids.text(Resource.ENTRY, entry),
                Ids.text(SubjectKind.KEY, key),
                Ids.text(SubjectKind.RESELLER, reseller),
                Money.decimal(amount),
                Money.decimal(cost),
                currency,
                bookedAt);
    }
}
