package io.weir.admin.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;

/// The pool, short of patience: an answer that the database is away has to leave within two
/// seconds.
@Configuration(proxyBeanMethods = false)
class Database {

    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final Duration STATEMENT = Duration.ofMillis(1100);
    private static final Duration IDLE = Duration.ofMinutes(10);

    @Bean(destroyMethod = "dispose")
    ConnectionPool connections(DatabaseSettings settings) {
        settings.migrate();
        ConnectionFactoryOptions options =
                settings.own()
                        .r2dbc("weir-admin-api")
                        .mutate()
                        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, PATIENCE)
                        .option(Option.valueOf("statementTimeout"), STATEMENT)
                        .option(Option.valueOf("lockWaitTimeout"), STATEMENT)
                        .build();
        return new ConnectionPool(
                ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
                        .maxSize(settings.poolSize())
                        .maxAcquireTime(PATIENCE)
                        .maxCreateConnectionTime(PATIENCE)
                        .maxValidationTime(PATIENCE)
                        .maxIdleTime(IDLE)
                        .build());
    }

    @Bean
    DatabaseClient databaseClient(ConnectionPool connections) {
        return DatabaseClient.create(connections);
    }

    @Bean
    ReactiveTransactionManager transactionManager(ConnectionPool connections) {
        return new R2dbcTransactionManager(connections);
    }

    @Bean
    TransactionalOperator transactionalOperator(ReactiveTransactionManager manager) {
        return TransactionalOperator.create(manager);
    }
}
