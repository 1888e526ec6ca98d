package io.weir.gateway;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the counters and the keys are, and how long to wait for them.
///
/// @param databaseUrl `postgresql://weir_gateway:password@host:port/database`
/// @param peppers base64 of at least 32 bytes each, the one in use first, then older ones
/// @param journalDir the folder of this gateway's journal, its own and kept across restarts
/// @param storeBudget how long one request may wait for the database, if it must at all
/// @param reportInterval how often usage is reported and leases are topped up
/// @param reservationLife how long a request under way may be silent before its reservation expires
/// @param connections the most database connections, beside the one that listens
@ConfigurationProperties("weir")
record StoreSettings(
        @DefaultValue("") String databaseUrl,
        @DefaultValue("") List<String> peppers,
        @DefaultValue(".weir/journal") String journalDir,
        @DefaultValue("500ms") Duration storeBudget,
        @DefaultValue("500ms") Duration reportInterval,
        @DefaultValue("15m") Duration reservationLife,
        @DefaultValue("4") int connections) {

    StoreSettings {
        if (databaseUrl.isBlank()) {
            throw new IllegalArgumentException("WEIR_DATABASE_URL is not set");
        }
        if (peppers.isEmpty()) {
            throw new IllegalArgumentException("WEIR_PEPPER is not set");
        }
    }
}
