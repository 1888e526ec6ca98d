package io.weir.gateway.metering;

import io.weir.quota.price.Credits;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/// What a request is charged, in nano-units of a credit.
///
/// @param reserved the most it can be: set aside before it is forwarded
/// @param unstated what it is charged where the upstream states nothing
/// @param header in which the upstream states it, if it does
/// @param statuses of answers that are charged though they state nothing
public record Charge(long reserved, long unstated, @Nullable String header, StatusRange statuses) {

    /// Of a request that no limit counts in credits.
    public static final Charge NONE = new Charge(0, 0, null, StatusRange.SUCCESS);

    /// Once the upstream has answered. What it states can't be more than was set aside, and nothing
    /// that makes no sense makes a request free.
    public long of(HttpStatusCode status, HttpHeaders headers) {
        List<String> stated = header == null ? List.of() : headers.getOrEmpty(header);
        if (stated.isEmpty()) {
            return statuses.includes(status.value()) ? unstated : 0;
        }
        OptionalLong credits =
                stated.size() == 1
                        ? Credits.parse(stated.getFirst().strip())
                        : OptionalLong.empty();
        return Math.min(reserved, credits.orElse(reserved));
    }
}
