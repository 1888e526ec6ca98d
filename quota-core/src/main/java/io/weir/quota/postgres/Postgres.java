package io.weir.quota.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.weir.quota.admission.Subjects;
import io.weir.quota.decision.DecisionStore;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.price.PriceStore;
import io.weir.quota.provisioning.PlaceStore;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/// The adapters to one PostgreSQL, over one small pool, and another one for what a few requests
/// wait for by nature: those stand in nobody else's way.
public final class Postgres {

    private static final Duration ACQUIRE = Duration.ofSeconds(1);
    private static final Duration CREATE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofMinutes(5);

    /// A gateway asks the same few questions, each for a handful of rows by their ids: to plan the
    /// longest of them takes several times as long as to answer it, so each is planned once. A plan
    /// that was made while a table was nearly empty must not read the whole of it later.
    private static final Map<String, String> PLANNED_ONCE =
            Map.of("plan_cache_mode", "force_generic_plan", "enable_seqscan", "off");

    private final ConnectionPool pool;
    private final ConnectionPool waitedFor;
    private final PostgresqlConnectionFactory listener;

    private Postgres(
            ConnectionPool pool, ConnectionPool waitedFor, PostgresqlConnectionFactory listener) {
        this.pool = pool;
        this.waitedFor = waitedFor;
        this.listener = listener;
    }

    /// @param application the name under which the connections show in `pg_stat_activity`
    /// @param connections the most that each pool has open at once, beside the one that listens
    public static Postgres open(DatabaseUrl url, String application, int connections) {
        var planned =
                url.r2dbc(application)
                        .mutate()
                        .option(PostgresqlConnectionFactoryProvider.OPTIONS, PLANNED_ONCE)
                        .build();
        return new Postgres(
                pool(planned, application, connections),
                pool(planned, application, connections),
                new PostgresqlConnectionFactory(
                        PostgresqlConnectionFactoryProvider.builder(url.r2dbc(application))
                                .build()));
    }

    /// A pool for an application's own statements, whose callers never wait long for a connection.
    public static ConnectionPool pool(DatabaseUrl url, String application, int connections) {
        return pool(url.r2dbc(application), application, connections);
    }

    private static ConnectionPool pool(
            ConnectionFactoryOptions options, String application, int connections) {
        ConnectionFactory factory = ConnectionFactories.get(options);
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

    public PlaceStore places() {
        return new PlaceRows(new Connections(waitedFor));
    }

    Connections connections() {
        return new Connections(pool);
    }

    public Subjects subjects() {
        return new SubjectRows(connections(), new Announcements(listener));
    }

    public Mono<Void> close() {
        return Mono.when(pool.disposeLater(), waitedFor.disposeLater());
    }
}
