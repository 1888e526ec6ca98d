package io.weir.gateway;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the counters and the keys are, and how long to wait for them.
///
/// @param databaseUrl `postgresql://weir_gateway:password@host:port/database`
/// @param redisUrl `redis://:password@host:port`, which gateways share rates and slots through;
///   empty for none
/// @param redisBudget how long one request may wait for Redis, if it must at all
/// @param peppers base64 of at least 32 bytes each, the one in use first, then older ones
/// @param journalDir the folder of this gateway's journal, its own and kept across restarts
/// @param nodeName by which this gateway's leases are found again should it lose its journal;
///   unique per gateway and the same after each restart, or empty for none
/// @param leaseLife how long a lease is spent at most while the database is away, and how long a
///   gateway must be silent before an operator may give it up
/// @param storeBudget how long one request may wait for the database, if it must at all
/// @param reportInterval how often usage is reported and leases are topped up
/// @param reservationLife how long a request under way may be silent before its reservation expires
/// @param connections the most database connections, beside the one that listens, and as many again
///   where routes provision
@ConfigurationProperties("weir")
record StoreSettings(
        @DefaultValue("") String databaseUrl,
        @DefaultValue("") String redisUrl,
        @DefaultValue("5ms") Duration redisBudget,
        @DefaultValue("") List<String> peppers,
        @DefaultValue(".weir/journal") String journalDir,
        @DefaultValue("") String nodeName,
        @DefaultValue("60s") Duration leaseLife,
        @DefaultValue("500ms") Duration storeBudget,
        @DefaultValue("500ms") Duration reportInterval,
        @DefaultValue("15m") Duration reservationLife,
        @DefaultValue("4") int connections) {

    /// Several reports and a slow answer fit into it.
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);

    private static final Duration LONGEST_LIFE = Duration.ofDays(1);

    StoreSettings {
        if (databaseUrl.isBlank()) {
            throw new IllegalArgumentException("WEIR_DATABASE_URL is not set");
        }
        if (peppers.isEmpty()) {
            throw new IllegalArgumentException("WEIR_PEPPER is not set");
        }
        if (leaseLife.compareTo(SHORTEST_LIFE) < 0 || leaseLife.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "WEIR_LEASE_LIFE must be %d to %d seconds, was: %s"
                            .formatted(
                                    SHORTEST_LIFE.toSeconds(),
                                    LONGEST_LIFE.toSeconds(),
                                    leaseLife));
        }
    }
}
