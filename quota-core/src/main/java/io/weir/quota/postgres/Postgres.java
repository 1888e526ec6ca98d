package io.weir.quota.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.weir.quota.admission.Subjects;
import io.weir.quota.decision.DecisionStore;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.price.PriceStore;
import java.time.Duration;
import reactor.core.publisher.Mono;

/// The adapters to one PostgreSQL, over one small pool.
public final class Postgres {

    private static final Duration ACQUIRE = Duration.ofSeconds(1);
    private static final Duration CREATE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final ConnectionPool pool;
    private final PostgresqlConnectionFactory listener;

    private Postgres(ConnectionPool pool, PostgresqlConnectionFactory listener) {
        this.pool = pool;
        this.listener = listener;
    }

    /// @param application the name under which the connections show in `pg_stat_activity`
    /// @param connections the most that are open at once, beside the one that listens
    public static Postgres open(DatabaseUrl url, String application, int connections) {
        return new Postgres(
                pool(url, application, connections),
                new PostgresqlConnectionFactory(
                        PostgresqlConnectionFactoryProvider.builder(url.r2dbc(application))
                                .build()));
    }

    /// A pool for an application's own statements, whose callers never wait long for a connection.
    public static ConnectionPool pool(DatabaseUrl url, String application, int connections) {
        ConnectionFactory factory = ConnectionFactories.get(url.r2dbc(application));
        return new ConnectionPool(
                ConnectionPoolConfiguration.builder(factory)
                        .name(application)
                        .initialSize(0)
                        .maxSize(connections)
                        .maxIdleTime(IDLE)
                        .maxAcquireTime(ACQUIRE)
                        .maxCreateConnectionTime(CREATE)
                        .acquireRetry(1)
                        .build());
    }

    public LeaseStore leases() {
        return new ExchangeStore(connections());
    }

    public DecisionStore decisions() {
        return new DecisionRows(connections());
    }

    public PriceStore prices() {
        return new PriceRows(connections());
    }

    Connections connections() {
        return new Connections(pool);
    }

    public Subjects subjects() {
        return new SubjectRows(connections(), new Announcements(listener));
    }

    public Mono<Void> close() {
        return pool.disposeLater();
    }
}
