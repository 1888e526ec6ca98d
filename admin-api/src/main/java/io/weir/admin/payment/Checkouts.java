package io.weir.admin.payment;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.payment.Opening.Opened;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Checkouts {

    private static final String CURRENCY = "SELECT currency FROM reseller WHERE id = $1";

    /// Nothing, where the reseller went or changed its currency since it was asked for, or where
    /// the provider told of a checkout that is here already.
    private static final String INSERT =
            """
            INSERT INTO checkout (id, reseller_id, provider, session, url, amount, currency, charged, expires_at)
            SELECT $1, r.id, $3, $4, $5, $6, r.currency, $8, $9
              FROM (SELECT id, currency FROM reseller WHERE id = $2 AND currency = $7 FOR SHARE) r
            ON CONFLICT (provider, session) DO NOTHING
            """;

    private static final String ROWS =
            """
            SELECT id, reseller_id, provider, url, status, amount, currency, created_at, expires_at, paid_at
              FROM checkout
            """;
    private static final String FIND = ROWS + "WHERE id = $1";
    private static final String FIND_SESSION =
            ROWS + "WHERE provider = $1 AND session = $2 AND reseller_id = $3";
    private static final String LIST =
            ROWS
                    + """
                    WHERE reseller_id = $1 AND id > $2 AND ($3::text IS NULL OR status = $3)
                    ORDER BY id LIMIT $4
                    """;
    private static final String PAY = "SELECT pay_checkout($1, $2, $3, $4) AS outcome";
    private static final String MOVE = "SELECT move_checkout($1, $2, $3) AS outcome";

    /// Paid, and there is nowhere to book it.
    static final String STRANDED = "stranded";

    private final DatabaseClient database;
    private final Changes changes;

    Checkouts(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    /// In which a reseller pays.
    Mono<String> currency(UUID reseller) {
        return database.sql(CURRENCY)
                .bind(0, reseller)
                .map(row -> Values.get(row, "currency", String.class))
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<Checkout> add(Payment payment, String provider, Opened opened) {
        var work =
                database.sql(INSERT)
                        .bind(0, Ids.next())
                        .bind(1, payment.reseller())
                        .bind(2, provider)
                        .bind(3, opened.session())
                        .bind(4, opened.url())
                        .bind(5, payment.amount())
                        .bind(6, payment.currency())
                        .bind(7, opened.charged())
                        .bind(8, Values.utc(opened.expiresAt()))
                        .fetch()
                        .rowsUpdated();
        return changes.makeSilently("checkout", "create", work)
                .then(Mono.defer(() -> find(payment.reseller(), provider, opened.session())));
    }

    private Mono<Checkout> find(UUID reseller, String provider, String session) {
        return database.sql(FIND_SESSION)
                .bind(0, provider)
                .bind(1, session)
                .bind(2, reseller)
                .map(Checkout::of)
                .one()
                .switchIfEmpty(
                        Mono.error(
                                () ->
                                        Problem.conflict(
                                                "changed-meanwhile",
                                                "The reseller is not as it was when this was asked for.")));
    }

    Mono<Checkout> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Checkout::of)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Checkout>> list(UUID reseller, Listing listing, @Nullable String status) {
        return database.sql(LIST)
                .bind(0, reseller)
                .bind(1, listing.after())
                .bind(2, Values.orNull(String.class, status))
                .bind(3, listing.limit() + 1)
                .map(Checkout::of)
                .all()
                .collectList();
    }

    /// Books what was paid, once. Answers in a word what came of it.
    Mono<String> pay(String provider, Notice.Paid paid) {
        var work =
                database.sql(PAY)
                        .bind(0, provider)
                        .bind(1, paid.session())
                        .bind(2, paid.charged())
                        .bind(3, paid.currency())
                        .map(row -> Values.get(row, "outcome", String.class))
                        .one();
        return changes.makeSilently("checkout", "pay", work)
                .onErrorResume(Checkouts::doesNotFit, _ -> Mono.just(STRANDED));
    }

    /// The ledger can't hold so much of it.
    private static boolean doesNotFit(Throwable failure) {
        return List.of(Refusals.OUT_OF_RANGE, Refusals.CHECK).contains(Refusals.state(failure));
    }

    Mono<String> move(String provider, Notice.Moved moved) {
        String status = moved.status().word();
        var work =
                database.sql(MOVE)
                        .bind(0, provider)
                        .bind(1, moved.session())
                        .bind(2, status)
                        .map(row -> Values.get(row, "outcome", String.class))
                        .one();
        return changes.makeSilently("checkout", status, work);
    }
}
