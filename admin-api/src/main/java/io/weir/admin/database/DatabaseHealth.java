package io.weir.admin.database;

import io.weir.admin.principal.Reach;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
final class DatabaseHealth implements ReactiveHealthIndicator {

    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final DatabaseClient database;

    DatabaseHealth(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<Health> health() {
        return database.sql("SELECT 1")
                .map(row -> Health.up().build())
                .one()
                .timeout(PATIENCE)
                .contextWrite(Reach::ours)
                .onErrorReturn(Health.down().build());
    }
}
