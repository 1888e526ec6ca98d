package io.weir.gateway.telemetry;

import io.weir.gateway.identity.Directory;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Ready once the configuration was read. A database that goes away later takes no gateway out of
/// service: it goes on with what it has leased.
@Component("configuration")
final class StoreReadiness implements HealthIndicator {

    private final Directory directory;

    StoreReadiness(Directory directory) {
        this.directory = directory;
    }

    @Override
    public Health health() {
        return directory.readAt().equals(Instant.EPOCH)
                ? Health.outOfService().withDetail("reason", "never read").build()
                : Health.up().build();
    }
}
