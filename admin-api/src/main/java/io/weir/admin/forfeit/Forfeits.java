package io.weir.admin.forfeit;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Forfeits {

    private static final String ROWS =
            """
            SELECT * FROM (
                SELECT s.*, coalesce(n.name, n.id::text) AS name, coalesce(s.decision, 'undecided') AS status,
            """
                    + Share.UNIT
                    + """
                      FROM forfeit s JOIN node n ON n.id = s.node) f
            """;
    private static final String FIND = ROWS + "WHERE id = $1";
    private static final String LIST =
            ROWS
                    + """
                    WHERE id > $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR name ILIKE $3)
                    ORDER BY id LIMIT $4
                    """;
    private static final String FORFEIT = "SELECT forfeit_node($1) AS forfeits";
    private static final String DECIDE = "SELECT (decide_forfeit($1, $2)).id";

    /// What the functions raise.
    private static final String SEEN_LATELY = "WE004";

    private static final String DECIDED_BEFORE = "WE005";

    private final DatabaseClient database;
    private final Changes changes;

    Forfeits(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    Mono<Forfeit> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Forfeits::forfeit)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Forfeit>> list(Listing listing) {
        return database.sql(LIST)
                .bind(0, listing.after())
                .bind(1, Values.orNull(String.class, listing.status()))
                .bind(2, Values.orNull(String.class, listing.like()))
                .bind(3, listing.limit() + 1)
                .map(Forfeits::forfeit)
                .all()
                .collectList();
    }

    /// How many forfeits came of it.
    Mono<Long> give(UUID node) {
        var work =
                database.sql(FORFEIT)
                        .bind(0, node)
                        .map(row -> Values.get(row, "forfeits", Long.class))
                        .one()
                        .onErrorMap(Forfeits::refusal);
        return changes.makeSilently("node", "forfeit", work);
    }

    Mono<Forfeit> decide(UUID id, Decision decision) {
        var work =
                database.sql(DECIDE)
                        .bind(0, id)
                        .bind(1, decision.word())
                        .fetch()
                        .first()
                        .onErrorMap(Forfeits::refusal);
        return changes.makeSilently("forfeit", decision.verb(), work)
                .then(Mono.defer(() -> find(id)));
    }

    private static Throwable refusal(Throwable failure) {
        return switch (Refusals.state(failure)) {
            case Refusals.NOTHING_THERE -> Problem.notFound();
            case SEEN_LATELY ->
                    Problem.conflict(
                            "node-may-be-running",
                            "This node was seen within the life of its leases, and may be spending them.");
            case DECIDED_BEFORE ->
                    Problem.conflict("decided", "This forfeit was decided over before.");
            default -> failure;
        };
    }

    private static Forfeit forfeit(Readable row) {
        return new Forfeit(
                Values.get(row, "id", UUID.class),
                Share.of(row),
                Values.get(row, "status", String.class),
                Values.instant(row, "forfeited_at"),
                Values.instantOrNull(row, "decided_at"));
    }
}
