package io.weir.admin.transfer;

import io.r2dbc.spi.Readable;
import io.weir.admin.allocation.Allocation;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Calendars;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import io.weir.admin.quota.Quotas;
import io.weir.admin.wire.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// All clients of a reseller, a page at a time, each read when the caller has taken those before
/// it. Between two pages nothing is held, neither a connection nor a snapshot: a caller who is slow
/// costs nothing, and each row is as it was when its page was read.
@Component
class Exports {

    private static final String RESELLER_EXISTS = "SELECT id FROM reseller WHERE id = $1";
    private static final String PAGE =
            """
            SELECT c.*, coalesce(c.time_zone, r.time_zone) AS zone, r.week_start,
                   (SELECT q."limit" FROM quota q WHERE q.subject = c.id AND q.policy = 'monthly') AS "limit"
              FROM (SELECT * FROM client WHERE (reseller_id, id) > ($1, $2) AND reseller_id <= $1
                     ORDER BY reseller_id, id LIMIT $3) c
                   JOIN reseller r ON r.id = c.reseller_id
             ORDER BY c.id
            """;
    private static final int ROWS = 500;

    /// What was sent so far is not given up for a moment without the database.
    private static final Retry AGAIN = Retry.backoff(3, Duration.ofMillis(200));

    private static final UUID FIRST = new UUID(0, 0);

    /// A page, and the usage of its clients.
    private record Part(List<Exported> page, Map<Counted, Quota> used) {

        /// The server takes 128 pieces ahead of a caller, so that they are small.
        private static final int ROWS_OF_A_PIECE = 25;

        boolean isLast() {
            return page.size() < ROWS;
        }

        UUID last() {
            return page.getLast().id();
        }

        /// Written one by one, as they are taken.
        Stream<byte[]> pieces() {
            return IntStream.iterate(0, at -> at < page.size(), at -> at + ROWS_OF_A_PIECE)
                    .mapToObj(this::piece);
        }

        private byte[] piece(int from) {
            int to = Math.min(from + ROWS_OF_A_PIECE, page.size());
            return Exported.lines(page.subList(from, to), used);
        }
    }

    private final DatabaseClient database;
    private final Quotas quotas;

    Exports(DatabaseClient database, Quotas quotas) {
        this.database = database;
        this.quotas = quotas;
    }

    /// A file in pieces.
    Mono<Flux<byte[]>> of(UUID reseller) {
        return database.sql(RESELLER_EXISTS)
                .bind(0, reseller)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .map(_ -> Flux.concat(Mono.just(Exported.header()), lines(reseller)));
    }

    private Flux<byte[]> lines(UUID reseller) {
        return read(reseller, FIRST)
                .expand(part -> part.isLast() ? Mono.empty() : read(reseller, part.last()))
                .concatMap(part -> Flux.fromStream(part::pieces), 1);
    }

    /// It is read at once, and then waits here until the caller takes it: what waits to be asked
    /// for its rows would keep its connection.
    private Flux<Part> read(UUID reseller, UUID after) {
        return page(reseller, after)
                .flatMap(page -> quotas.of(counted(page)).map(used -> new Part(page, used)))
                .retryWhen(AGAIN)
                .flux()
                .onBackpressureBuffer(1);
    }

    private static List<Counted> counted(List<Exported> page) {
        return page.stream().map(Exported::counted).toList();
    }

    private Mono<List<Exported>> page(UUID reseller, UUID after) {
        return database.sql(PAGE)
                .bind(0, reseller)
                .bind(1, after)
                .bind(2, ROWS)
                .map(Exports::exported)
                .all()
                .collectList();
    }

    private static Exported exported(Readable row) {
        UUID id = Values.get(row, "id", UUID.class);
        var calendar =
                Calendars.of(
                        Values.get(row, "zone", String.class),
                        Values.get(row, "week_start", String.class));
        return new Exported(
                id,
                new Allocation(
                        Values.get(row, "name", String.class),
                        Values.get(row, "contact_email", String.class),
                        Values.get(row, "monthly_quota", Long.class),
                        Values.orNull(row, "rate_limit", Long.class)),
                Values.get(row, "status", String.class),
                Counted.monthly(id, "monthly", Values.orNull(row, "limit", Long.class), calendar),
                Values.instant(row, "created_at"));
    }
}
