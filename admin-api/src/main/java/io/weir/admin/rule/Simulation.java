package io.weir.admin.rule;

import io.weir.admin.wire.Money;
import io.weir.admin.wire.Problem;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.RefusalText;
import io.weir.quota.admission.Replay;
import io.weir.quota.admission.Replay.Batch;
import io.weir.quota.admission.Replay.Refusal;
import io.weir.quota.schedule.CalendarPeriod;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A rule run over recorded usage, row by row.
final class Simulation {

    static final int MOST_ROWS = 40_000;
    static final int MOST_KEYS = 10_000;
    static final int MOST_REJECTIONS = 1_000;

    /// How finely usage was recorded: no refusal is dated more closely.
    private static final String RESOLUTION = "minute";

    /// Tokens are not in the record.
    private static final String PRICED_BY = "per_request";

    /// What was refused of a key by one limit, until that would have admitted again.
    ///
    /// @param firstAt the minute of the first request refused
    /// @param retryAt when the limit would have admitted again
    record Rejection(
            String keyId,
            String reason,
            String policy,
            Instant firstAt,
            Instant lastAt,
            @Nullable Instant retryAt,
            long requests) {

        private Rejection more(Instant at, long further) {
            return new Rejection(keyId, reason, policy, firstAt, at, retryAt, requests + further);
        }
    }

    /// @param countedFrom before `from`, so that the counters are right at its beginning
    /// @param keys how many had usage in what was read
    /// @param requests how many were forwarded, and what they cost
    /// @param complete whether all rejections are listed; they are counted in any case
    record Answer(
            Rule.Preview rule,
            String subject,
            Instant from,
            Instant to,
            Instant countedFrom,
            String resolution,
            String pricedBy,
            int keys,
            long requests,
            String credits,
            long rejected,
            Map<String, Long> rejectedBy,
            List<Rejection> rejections,
            boolean complete) {

        Answer {
            rejections = List.copyOf(rejections);
        }
    }

    /// Nobody asks a replay which rule it runs.
    private static final UUID NAMELESS = new UUID(0, 0);

    private record Place(String key, String policy, @Nullable Instant retryAt) {}

    private final Terms terms;
    private final Trial trial;
    private final Replay replay;
    private final Map<String, Long> rejectedBy = new TreeMap<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final Map<Place, Integer> latest = new HashMap<>();
    private int rows;
    private long requests;
    private BigInteger credits = BigInteger.ZERO;
    private boolean complete = true;

    Simulation(Terms terms, Trial trial) {
        this.terms = terms;
        this.trial = trial;
        this.replay = new Replay(terms.settings(NAMELESS));
    }

    /// Earlier than any period of the rule begins that the first minute is in, in any zone.
    Instant countedFrom() {
        Terms.Limit quota = terms.quota();
        return quota == null
                ? trial.from()
                : switch (CalendarPeriod.of(quota.period())) {
                    case DAILY -> trial.from().minus(Duration.ofDays(2));
                    case WEEKLY -> trial.from().minus(Duration.ofDays(8));
                    case MONTHLY -> trial.from().minus(Duration.ofDays(32));
                };
    }

    Simulation next(Batch batch) {
        rows++;
        if (rows > MOST_ROWS) {
            throw tooMany("/from", "%,d rows of usage".formatted(MOST_ROWS));
        }
        var refusal = replay.next(batch);
        if (replay.keys() > MOST_KEYS) {
            throw tooMany("/subject", "%,d keys".formatted(MOST_KEYS));
        }
        if (!batch.at().isBefore(trial.from())) {
            requests += batch.requests();
            credits =
                    credits.add(
                            BigInteger.valueOf(batch.each().credits())
                                    .multiply(BigInteger.valueOf(batch.requests())));
            refusal.ifPresent(refused -> count(batch, refused));
        }
        return this;
    }

    private void count(Batch batch, Refusal refused) {
        Violation violation = refused.violation();
        String reason = RefusalText.name(violation.cause());
        rejectedBy.merge(reason, refused.requests(), Long::sum);
        Instant retryAt = violation.retryAfter().map(batch.at()::plus).orElse(null);
        var place = new Place(batch.key().toString(), violation.policy().value(), retryAt);
        Integer index = latest.get(place);
        if (index != null) {
            rejections.set(index, rejections.get(index).more(batch.at(), refused.requests()));
        } else if (rejections.size() == MOST_REJECTIONS) {
            complete = false;
        } else {
            latest.put(place, rejections.size());
            rejections.add(
                    new Rejection(
                            place.key,
                            reason,
                            place.policy,
                            batch.at(),
                            batch.at(),
                            retryAt,
                            refused.requests()));
        }
    }

    Answer answer() {
        return new Answer(
                Rule.Preview.of(terms),
                trial.subject().toString(),
                trial.from(),
                trial.to(),
                countedFrom(),
                RESOLUTION,
                PRICED_BY,
                replay.keys(),
                requests,
                Money.decimal(new BigDecimal(credits)),
                rejectedBy.values().stream().mapToLong(Long::longValue).sum(),
                rejectedBy,
                rejections.stream().sorted(Comparator.comparing(Rejection::firstAt)).toList(),
                complete);
    }

    private static Problem tooMany(String pointer, String bound) {
        return Problem.invalid(
                pointer,
                "too-many",
                "At most %s are simulated at once: ask for less time or fewer keys."
                        .formatted(bound));
    }
}
