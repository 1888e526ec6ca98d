package io.weir.quota.postgres;

import static io.weir.quota.postgres.SettingsRow.required;

import io.r2dbc.spi.Readable;
import io.weir.quota.price.Price;
import io.weir.quota.price.Price.PerMillion;
import io.weir.quota.price.PriceBook;
import io.weir.quota.price.PriceBook.Entry;
import io.weir.quota.price.PriceStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The price book in PostgreSQL.
final class PriceRows implements PriceStore {

    /// One row without a price for an empty book, and for one that is known.
    private static final String BOOK =
            """
            SELECT b.revision, p.* FROM price_book b LEFT JOIN price p ON b.revision <> $1
            """;

    private record Row(long revision, Optional<Entry> entry) {}

    private final Connections connections;

    PriceRows(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Mono<PriceBook> otherThan(long revision) {
        return connections
                .ask(
                        connection ->
                                Flux.from(
                                                connection
                                                        .createStatement(BOOK)
                                                        .bind("$1", revision)
                                                        .execute())
                                        .flatMap(result -> result.map(PriceRows::row))
                                        .collectList())
                .filter(rows -> rows.getFirst().revision() != revision)
                .map(PriceRows::book);
    }

    private static PriceBook book(List<Row> rows) {
        return new PriceBook(
                rows.getFirst().revision(),
                rows.stream().flatMap(row -> row.entry().stream()).toList());
    }

    private static Row row(Readable row) {
        return new Row(
                required(row, "revision", Long.class),
                Optional.ofNullable(row.get("route", String.class))
                        .map(route -> entry(route, row)));
    }

    private static Entry entry(String route, Readable row) {
        return new Entry(
                route,
                required(row, "model", String.class),
                new Price(required(row, "per_request", Long.class), perMillion(row)));
    }

    private static @Nullable PerMillion perMillion(Readable row) {
        boolean none =
                Stream.of("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
                        .map(column -> row.get(column, Long.class))
                        .allMatch(Objects::isNull);
        return none
                ? null
                : PerMillion.of(
                        row.get("input", Long.class),
                        row.get("cache_read", Long.class),
                        row.get("cache_write_5m", Long.class),
                        row.get("cache_write_1h", Long.class),
                        row.get("output", Long.class));
    }
}
