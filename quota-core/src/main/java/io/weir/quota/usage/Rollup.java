package io.weir.quota.usage;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one minute's requests have in common: the key of a row of the usage table.
///
/// @param minute seconds since 1970, of the minute in which the requests were admitted or refused
/// @param groupId of the group the key was in then, if any
/// @param clientId absent for a reseller's own key
/// @param model empty where the route has none
public record Rollup(
        long minute,
        UUID keyId,
        @Nullable UUID groupId,
        @Nullable UUID clientId,
        UUID resellerId,
        String route,
        String model,
        Outcome outcome) {

    private static final long MINUTE = 60;

    /// The same, of a request that ended so.
    public Rollup ended(Outcome outcome, String model) {
        return outcome == this.outcome && model.equals(this.model)
                ? this
                : new Rollup(minute, keyId, groupId, clientId, resellerId, route, model, outcome);
    }

    public static long minuteOf(long epochMillis) {
        return Math.floorDiv(epochMillis, MINUTE * 1_000) * MINUTE;
    }
}
