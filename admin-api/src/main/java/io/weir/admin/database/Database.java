package io.weir.admin.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Result;
import io.weir.admin.principal.Reach;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// The pool, short of patience: an answer that the database is away has to leave within two
/// seconds.
@Configuration(proxyBeanMethods = false)
class Database {

    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final Duration STATEMENT = Duration.ofMillis(1100);
    private static final Duration START = Duration.ofSeconds(20);
    private static final int WARM = 2;
    private static final String REACH = "SELECT set_config('weir.reseller', $1, false)";
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
        var pool =
                new ConnectionPool(
                        ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
                                .initialSize(WARM)
                                .maxSize(settings.poolSize())
                                .maxAcquireTime(PATIENCE)
                                .maxCreateConnectionTime(PATIENCE)
                                .maxValidationTime(PATIENCE)
                                .maxIdleTime(IDLE)
                                .postAllocate(Database::confine)
                                .build());
        warmUp(pool);
        return pool;
    }

    /// Each loan of a connection reaches what the borrower may, whatever the one before it reached.
    private static Mono<Void> confine(Connection lent) {
        return Reach.current()
                .flatMapMany(
                        reach -> lent.createStatement(REACH).bind("$1", reach.setting()).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /// A cold machine takes longer for its first connections than any request waits. This is the
    /// start: nothing is served yet, and a database that is away shows later, call by call.
    private static void warmUp(ConnectionPool pool) {
        pool.warmup()
                .timeout(START)
                .doOnError(failure -> log.warn("No connection yet: {}", failure.toString()))
                .onErrorComplete()
                .toFuture()
                .join();
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
