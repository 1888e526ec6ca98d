package io.weir.admin.balance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.quota.ledger.Budget;
import io.weir.quota.subject.SubjectKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The budget of a key, as its reseller sees it. No client does: it tells what the key costs.
record KeyBudget(
        UUID key,
        UUID reseller,
        @Nullable UUID client,
        String currency,
        Budget budget,
        Instant createdAt) {

    private static final String NO_MARKUP = "No markup (internal share)";

    /// @param price all that the client bought so far, and cost what was paid for it
    record Answer(
            String keyId,
            String resellerId,
            @Nullable String clientId,
            String price,
            String cost,
            BigDecimal marginPercent,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String label,
            String spent,
            String remaining,
            String profit,
            String currency,
            Instant createdAt) {}

    Answer answer() {
        return new Answer(
                Ids.text(SubjectKind.KEY, key),
                Ids.text(SubjectKind.RESELLER, reseller),
                Ids.textOrNull(SubjectKind.CLIENT, client),
                Money.decimal(budget.price()),
                Money.decimal(budget.cost()),
                budget.ratio().marginPercent(),
                budget.ratio().isWithoutMarkup() ? NO_MARKUP : null,
                Money.decimal(budget.spent()),
                Money.decimal(budget.remaining()),
                Money.decimal(budget.profit()),
                currency,
                createdAt);
    }
}
