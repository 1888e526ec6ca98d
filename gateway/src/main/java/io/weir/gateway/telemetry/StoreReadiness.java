package io.weir.gateway.telemetry;

import io.weir.gateway.identity.Directory;
import io.weir.quota.lease.Leases;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Ready once the configuration was read and what an earlier run left is settled. A database that
/// goes away later takes no gateway out of service: it goes on with what it has leased.
@Component("configuration")
final class StoreReadiness implements HealthIndicator {

    private final Directory directory;
    private final Leases leases;

    StoreReadiness(Directory directory, Leases leases) {
        this.directory = directory;
        this.leases = leases;
    }

    @Override
    public Health health() {
        if (directory.readAt().equals(Instant.EPOCH)) {
            return Health.outOfService().withDetail("reason", "never read").build();
        }
        return leases.isOpen()
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "an earlier run is not settled")
                        .build();
    }
}
