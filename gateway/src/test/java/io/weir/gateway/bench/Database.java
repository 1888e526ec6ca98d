package io.weir.gateway.bench;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.weir.quota.postgres.DatabaseUrl;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// PostgreSQL as its owner asks it, for what no API tells or does. Whoever asks waits: only the
/// benchmark's own thread does, which serves nobody.
final class Database {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ConnectionFactory connections;

    Database(String url) {
        this.connections = ConnectionFactories.get(DatabaseUrl.parse(url).r2dbc("weir-bench"));
    }

    /// @param parameters $1 and so on
    void run(String sql, Object... parameters) {
        ask(sql, parameters, Result::getRowsUpdated);
    }

    /// What a statement finds, in its one row.
    long number(String sql) {
        return ask(sql, new Object[0], found -> found.map(row -> row.get(0, Long.class)))
                .longValue();
    }

    private Long ask(String sql, Object[] parameters, Function<Result, Publisher<Long>> reading) {
        return Objects.requireNonNull(
                Mono.usingWhen(
                                Mono.from(connections.create()),
                                connection ->
                                        Flux.from(statement(connection, sql, parameters).execute())
                                                .flatMap(reading)
                                                .last(0L),
                                Connection::close)
                        .block(PATIENCE));
    }

    private static Statement statement(Connection connection, String sql, Object[] parameters) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.bind(i, parameters[i]);
        }
        return statement;
    }
}
