package io.weir.admin.price;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Revision;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

@Component
class Prices {

    private static final String REVISION = "SELECT revision FROM price_book";
    private static final String LOCK = "SELECT revision FROM price_book FOR UPDATE";
    private static final String LIST = "SELECT * FROM price ORDER BY route, model";

    /// What stays as it is is not touched, so that the audit log tells what changed.
    private static final String DROP =
            """
            DELETE FROM price p WHERE NOT EXISTS (
                SELECT FROM unnest($1::text[], $2::text[]) AS n (route, model)
                 WHERE n.route = p.route AND n.model = p.model)
            """;

    private static final String INSERT =
            """
            INSERT INTO price (route, model, per_request, input, cache_read, cache_write_5m, cache_write_1h, output)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
            ON CONFLICT (route, model) DO UPDATE
               SET per_request = excluded.per_request, input = excluded.input, cache_read = excluded.cache_read,
                   cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h,
                   output = excluded.output
             WHERE price IS DISTINCT FROM excluded
            """;
    private static final String TURN = "UPDATE price_book SET revision = revision + 1";

    private final DatabaseClient database;
    private final Changes changes;
    private final TransactionalOperator transaction;

    Prices(DatabaseClient database, Changes changes, TransactionalOperator transaction) {
        this.database = database;
        this.changes = changes;
        this.transaction = transaction;
    }

    Mono<PriceBook> book() {
        return revision(REVISION)
                .flatMap(revision -> prices().map(prices -> new PriceBook(prices, revision)))
                .as(transaction::transactional);
    }

    Mono<PriceBook> replace(List<Price> prices, Revision expected) {
        var work =
                revision(LOCK)
                        .doOnNext(expected::require)
                        .then(Mono.defer(() -> drop(prices)))
                        .then(Mono.defer(() -> insert(prices)))
                        .then(Mono.defer(() -> execute(TURN)))
                        .thenReturn(List.<java.util.UUID>of());
        return changes.make("prices", "replace", work).then(Mono.defer(this::book));
    }

    private Mono<Long> revision(String statement) {
        return database.sql(statement).map(row -> Values.get(row, "revision", Long.class)).one();
    }

    private Mono<List<Price>> prices() {
        return database.sql(LIST).map(Prices::price).all().collectList();
    }

    private Mono<Long> execute(String statement) {
        return database.sql(statement).fetch().rowsUpdated();
    }

    private Mono<Long> drop(List<Price> prices) {
        return named(DROP, prices).fetch().rowsUpdated();
    }

    private GenericExecuteSpec named(String statement, List<Price> prices) {
        return database.sql(statement)
                .bind(0, prices.stream().map(Price::route).toArray(String[]::new))
                .bind(1, prices.stream().map(Price::model).toArray(String[]::new));
    }

    private Mono<Long> insert(List<Price> prices) {
        return named(INSERT, prices)
                .bind(2, column(prices, Price::perRequest))
                .bind(3, column(prices, price -> price.perMillion().input()))
                .bind(4, column(prices, price -> price.perMillion().cacheRead()))
                .bind(5, column(prices, price -> price.perMillion().cacheWrite5m()))
                .bind(6, column(prices, price -> price.perMillion().cacheWrite1h()))
                .bind(7, column(prices, price -> price.perMillion().output()))
                .fetch()
                .rowsUpdated();
    }

    private static @Nullable Long[] column(
            List<Price> prices, Function<Price, @Nullable Long> member) {
        var column = new @Nullable Long[prices.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = member.apply(prices.get(i));
        }
        return column;
    }

    private static Price price(Readable row) {
        return new Price(
                Values.get(row, "route", String.class),
                Values.get(row, "model", String.class),
                Values.get(row, "per_request", Long.class),
                new Price.Tokens(
                        Values.orNull(row, "input", Long.class),
                        Values.orNull(row, "cache_read", Long.class),
                        Values.orNull(row, "cache_write_5m", Long.class),
                        Values.orNull(row, "cache_write_1h", Long.class),
                        Values.orNull(row, "output", Long.class)));
    }
}
