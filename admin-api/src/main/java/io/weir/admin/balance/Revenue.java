package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a reseller's clients spent over a stretch of time, and what it earned by that.
record Revenue(UUID reseller, String currency, Span span, List<Share> shares) {

    private static final int PERCENT_DIGITS = 2;

    Revenue {
        shares = List.copyOf(shares);
    }

    /// @param byClient whether clients are told apart
    /// @param live whether it lasts until now, so that what is spent and not booked yet is part of
    ///   it
    record Span(Instant from, Instant to, boolean byClient, boolean live) {

        static Span read(Query query, Clock clock) {
            Instant from = Objects.requireNonNullElse(query.instant("from"), Instant.EPOCH);
            Instant now = clock.instant();
            Instant to = Objects.requireNonNullElse(query.instant("to"), now);
            boolean byClient = query.oneOf("group_by", List.of("client")) != null;
            if (!from.isBefore(to)) {
                query.violates("from", "range", "This must be before the end.");
            }
            query.nothingElse();
            return new Span(from, to, byClient, !to.isBefore(now));
        }
    }

    /// Of one client, or of the keys that are the reseller's own; in nano-units, of which a sum
    /// over many keys may take more than a `long`.
    record Share(@Nullable UUID client, BigDecimal cost, BigDecimal margin) {

        BigDecimal revenue() {
            return cost.add(margin);
        }

        /// None where nothing was earned.
        @Nullable BigDecimal marginPercent() {
            if (revenue().signum() == 0) {
                return null;
            }
            BigDecimal percent =
                    margin.movePointRight(2)
                            .divide(revenue(), PERCENT_DIGITS, RoundingMode.HALF_UP)
                            .stripTrailingZeros();
            return percent.scale() < 0 ? percent.setScale(0) : percent;
        }

        private Sum sum() {
            return new Sum(
                    Money.decimal(revenue()),
                    Money.decimal(cost),
                    Money.decimal(margin),
                    marginPercent());
        }

        private Item item() {
            Sum sum = sum();
            return new Item(
                    Ids.textOrNull(SubjectKind.CLIENT, client),
                    sum.revenue,
                    sum.cost,
                    sum.margin,
                    sum.marginPercent);
        }
    }

    record Sum(String revenue, String cost, String margin, @Nullable BigDecimal marginPercent) {}

    record Item(
            @Nullable String clientId,
            String revenue,
            String cost,
            String margin,
            @Nullable BigDecimal marginPercent) {}

    record Answer(
            String resellerId,
            String currency,
            Instant from,
            Instant to,
            Sum total,
            List<Item> items) {}

    Answer answer() {
        var total =
                shares.stream()
                        .reduce(
                                new Share(null, BigDecimal.ZERO, BigDecimal.ZERO),
                                (a, b) ->
                                        new Share(
                                                null, a.cost.add(b.cost), a.margin.add(b.margin)));
        return new Answer(
                Ids.text(SubjectKind.RESELLER, reseller),
                currency,
                span.from,
                span.to,
                total.sum(),
                span.byClient ? shares.stream().map(Share::item).toList() : List.of());
    }
}
