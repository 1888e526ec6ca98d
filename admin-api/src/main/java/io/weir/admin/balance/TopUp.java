package io.weir.admin.balance;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Violations;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Money that was paid in, and the balance it made.
record TopUp(UUID entry, long amount, Balance balance, Instant bookedAt) {

    record Answer(
            String id, String amount, @JsonUnwrapped Balance.Answer balance, Instant createdAt) {}

    /// The amount that a caller wants to pay in.
    static long read(byte @Nullable [] bytes) {
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        long amount = body.required("amount", Form.payment(), null);
        body.nothingElse();
        violations.refuse();
        return amount;
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.ENTRY, entry), Money.decimal(amount), balance.answer(), bookedAt);
    }
}
