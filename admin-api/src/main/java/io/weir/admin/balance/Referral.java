package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;

/// What a reseller earns by those it referred.
///
/// @param consumed by its referees in all, in its own currency, as far as it is booked
/// @param accrued of it, in nano-units
record Referral(
        UUID reseller,
        String code,
        long referees,
        int tierPercent,
        long consumed,
        long accrued,
        String currency) {

    record Answer(
            String resellerId,
            String code,
            long referees,
            int tierPercent,
            String consumed,
            String accrued,
            String currency) {}

    Answer answer() {
        return new Answer(
                Ids.text(SubjectKind.RESELLER, reseller),
                code,
                referees,
                tierPercent,
                Money.decimal(consumed),
                Money.decimal(accrued),
                currency);
    }
}
