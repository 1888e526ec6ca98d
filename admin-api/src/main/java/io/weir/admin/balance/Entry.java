package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One line of a reseller's statement of account.
///
/// @param transaction of the entry that begins its transaction
/// @param amount less than zero where the balance fell
/// @param key whose budget it was about, if of one
record Entry(
        UUID id,
        UUID transaction,
        UUID reseller,
        @Nullable UUID key,
        String kind,
        long amount,
        String currency,
        Instant bookedAt) {

    private static final long VERSION = 0x7000;
    private static final long VARIANT = 1L << 63;
    private static final long POSITION = (1L << 62) - 1;

    record Answer(
            String id,
            String transactionId,
            String resellerId,
            @Nullable String keyId,
            String kind,
            String amount,
            String currency,
            Instant createdAt) {}

    /// An entry's id is its time and its position, in the form of all ids.
    static UUID id(long position, Instant bookedAt) {
        return new UUID((bookedAt.toEpochMilli() << 16) | VERSION, VARIANT | (position & POSITION));
    }

    static long position(UUID id) {
        return id.getLeastSignificantBits() & POSITION;
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.ENTRY, id),
                Ids.text(Resource.ENTRY, transaction),
                Ids.text(SubjectKind.RESELLER, reseller),
                Ids.textOrNull(SubjectKind.KEY, key),
                kind,
                Money.decimal(amount),
                currency,
                bookedAt);
    }
}
