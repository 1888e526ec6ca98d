package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;

/// What a reseller has.
///
/// @param total in nano-units, as everything here
/// @param reserved the part of it that is held for what is under way
record Balance(UUID reseller, String currency, long total, long reserved) {

    record Answer(
            String resellerId,
            String balance,
            String available,
            String reserved,
            String currency) {}

    long available() {
        return total - reserved;
    }

    Answer answer() {
        return new Answer(
                Ids.text(SubjectKind.RESELLER, reseller),
                Money.decimal(total),
                Money.decimal(available()),
                Money.decimal(reserved),
                currency);
    }
}
