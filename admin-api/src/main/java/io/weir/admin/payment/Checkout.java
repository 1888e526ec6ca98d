package io.weir.admin.payment;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A page of the provider's on which one amount can be paid.
///
/// @param amount in nano-units
record Checkout(
        UUID id,
        UUID reseller,
        String provider,
        String url,
        Status status,
        long amount,
        String currency,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant paidAt) {

    /// @param url while somebody can pay there
    record Answer(
            String id,
            String resellerId,
            String provider,
            String status,
            String amount,
            String currency,
            @Nullable String url,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant paidAt) {}

    static Checkout of(Readable row) {
        return new Checkout(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.get(row, "provider", String.class),
                Values.get(row, "url", String.class),
                Status.of(Values.get(row, "status", String.class)),
                Values.get(row, "amount", Long.class),
                Values.get(row, "currency", String.class),
                Values.instant(row, "created_at"),
                Values.instant(row, "expires_at"),
                Values.instantOrNull(row, "paid_at"));
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.CHECKOUT, id),
                Ids.text(SubjectKind.RESELLER, reseller),
                provider,
                status.word(),
                Money.decimal(amount),
                currency,
                status == Status.OPEN ? url : null,
                createdAt,
                expiresAt,
                paidAt);
    }
}
