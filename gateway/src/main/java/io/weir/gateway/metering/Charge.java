package io.weir.gateway.metering;

import io.weir.quota.price.Credits;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Usage;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/// What a request is charged whose tokens nobody counts, in nano-units of a credit.
///
/// @param atMost what it can be: set aside before it is forwarded
/// @param unstated what it is charged where the upstream states nothing
/// @param header in which the upstream states it, if it does
/// @param statuses of answers that are charged though they state nothing
/// @param model it asks for, as far as that is known; else empty
public record Charge(
        long atMost, long unstated, @Nullable String header, StatusRange statuses, String model)
        implements Cost {

    /// Of a request that no limit counts in credits.
    public static final Charge NONE = new Charge(0, 0, null, StatusRange.SUCCESS, "");

    private static final Metered ONE_REQUEST = Metered.requests(1);

    private static final Bill FREE =
            new Bill() {

                @Override
                public void answered(HttpStatusCode status, HttpHeaders headers) {}

                @Override
                public Metered used(Outcome outcome) {
                    return ONE_REQUEST;
                }
            };

    @Override
    public Usage reserved() {
        return atMost == 0 ? Usage.ONE_REQUEST : new Usage(1, 0, atMost);
    }

    @Override
    public Metered worst() {
        return metered(atMost);
    }

    @Override
    public Bill bill() {
        return this.equals(NONE) ? FREE : new Charged();
    }

    /// Once the upstream has answered. What it states can't be more than was set aside, and nothing
    /// that makes no sense makes a request free.
    private long of(HttpStatusCode status, HttpHeaders headers) {
        List<String> stated = header == null ? List.of() : headers.getOrEmpty(header);
        if (stated.isEmpty()) {
            return statuses.includes(status.value()) ? unstated : 0;
        }
        OptionalLong credits =
                stated.size() == 1
                        ? Credits.parse(stated.getFirst().strip())
                        : OptionalLong.empty();
        return Math.min(atMost, credits.orElse(atMost));
    }

    private static Metered metered(long credits) {
        return credits == 0 ? ONE_REQUEST : new Metered(1, Tokens.NONE, 0, credits);
    }

    private final class Charged implements Bill {

        /// Nothing as long as no upstream has answered.
        private volatile long credits;

        @Override
        public void answered(HttpStatusCode status, HttpHeaders headers) {
            credits = of(status, headers);
        }

        @Override
        public Metered used(Outcome outcome) {
            return outcome == Outcome.ESTIMATED ? worst() : metered(credits);
        }
    }
}
