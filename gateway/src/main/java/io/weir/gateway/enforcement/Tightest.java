package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.ServiceLimit.Kind;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The dialects of the language models have room for one limit of requests and one of tokens, where
/// a caller may be under many, rates and quotas. The one told is what refused, else the one that
/// leaves the least, as whoever uses no more is refused by none; of equals the one that takes
/// longest to come back. Slots are not told: they come back as soon as a request ends.
///
/// @param requests null where no limit counts them
/// @param tokens null where no limit counts them
record Tightest(@Nullable ServiceLimit requests, @Nullable ServiceLimit tokens) {

    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final Comparator<ServiceLimit> TIGHTER_FIRST =
            Comparator.comparingLong(ServiceLimit::remaining)
                    .thenComparing(limit -> reset(limit).orElse(NEVER), Comparator.reverseOrder());

    static Tightest of(List<LimitState> limits, Optional<Violation> violated) {
        return new Tightest(
                of(QuotaUnit.REQUESTS, limits, violated), of(QuotaUnit.TOKENS, limits, violated));
    }

    private static @Nullable ServiceLimit of(
            QuotaUnit unit, List<LimitState> limits, Optional<Violation> violated) {
        return violated.flatMap(Violation::limit)
                .filter(limit -> tells(unit, limit))
                .or(
                        () ->
                                RateLimitFields.visible(limits).stream()
                                        .filter(limit -> tells(unit, limit))
                                        .min(TIGHTER_FIRST))
                .orElse(null);
    }

    private static boolean tells(QuotaUnit unit, ServiceLimit limit) {
        return limit.unit() == unit && limit.kind() != Kind.CONCURRENCY;
    }

    /// How long until all of a limit is there again, which is what both dialects mean by its reset;
    /// of a rate, that is longer than until some of it is.
    static Optional<Duration> reset(ServiceLimit limit) {
        if (limit.kind() != Kind.RATE || limit.window().isEmpty()) {
            return limit.resetAfter();
        }
        double missing = (double) limit.used() / limit.quota();
        var whole = Duration.ofNanos((long) (limit.window().get().toNanos() * missing));
        return limit.resetAfter().map(some -> some.compareTo(whole) > 0 ? some : whole);
    }
}
