package io.weir.admin.quota;

import io.weir.quota.schedule.Zones;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A subject whose months are counted, by the calendar of its zone.
public record Counted(UUID subject, @Nullable Long limit, String timeZone) {

    /// What is stored was once accepted.
    public ZoneId zone() {
        return Zones.parse(timeZone).orElse(ZoneOffset.UTC);
    }
}
