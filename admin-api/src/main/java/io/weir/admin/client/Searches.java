package io.weir.admin.client;

import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// Clients with a text in their names or addresses, among a million.
///
/// The next few thousand of the list are looked at first. A text that is frequent fills the page
/// from them; one that does not is rare enough to be found by the index of trigrams. Two kinds of
/// texts are not: those without three letters or digits in a row, which have no trigram, and those
/// that many clients have all trigrams of, yet not the text. For these a page ends after so many
/// clients, full or not.
@Component
class Searches {

    /// $3 are looked at, in the order in which they are listed, until $6 are found.
    private static final String NEAR =
            """
            WITH near AS MATERIALIZED (
                     SELECT id, name, contact_email, status FROM (%s) AS listed),
                 hit AS MATERIALIZED (
                     SELECT id FROM near
                      WHERE (name || E'\\n' || contact_email) ILIKE $5 AND ($4::text IS NULL OR status = $4)
                      LIMIT $6)
            """;

    private static final String ONLY_NEAR =
            NEAR + "SELECT * FROM client WHERE id IN (SELECT id FROM hit)";
    private static final String NEAR_OR_FAR =
            NEAR
                    + """
                    , far AS MATERIALIZED (
                         SELECT id FROM clients_like(
                                    $1, (SELECT id FROM near ORDER BY id DESC LIMIT 1), $5, $4, $6) AS id
                          WHERE (SELECT count(*) FROM hit) < $6 AND (SELECT count(*) FROM near) = $3)
                    SELECT * FROM client
                     WHERE id IN (SELECT id FROM hit UNION ALL SELECT id FROM far ORDER BY id LIMIT $6)
                    """;
    private static final String LAST_SEEN =
            "SELECT id FROM (%s) AS listed ORDER BY id OFFSET $3 - 1";

    private static final String PATIENCE = "SELECT set_config('statement_timeout', '500ms', true)";

    /// The state of a statement that ran out of it.
    private static final String CANCELLED = "57014";

    private static final Pattern TRIGRAM = Pattern.compile("[A-Za-z0-9]{3}");
    private static final int NEARBY = 3000;
    private static final int LOOKED_AT = 10_000;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;

    Searches(DatabaseClient database, TransactionalOperator transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    Mono<Page<Client>> page(UUID reseller, Listing listing) {
        return TRIGRAM.matcher(like(listing)).find()
                ? nearOrFar(reseller, listing)
                        .onErrorResume(
                                failure -> Refusals.state(failure).equals(CANCELLED),
                                _ -> onlyNear(reseller, listing))
                : onlyNear(reseller, listing);
    }

    private Mono<Page<Client>> nearOrFar(UUID reseller, Listing listing) {
        return database.sql(PATIENCE)
                .fetch()
                .rowsUpdated()
                .then(Mono.defer(() -> found(NEAR_OR_FAR, reseller, listing, NEARBY)))
                .as(transaction::transactional);
    }

    private Mono<Page<Client>> onlyNear(UUID reseller, Listing listing) {
        return found(ONLY_NEAR, reseller, listing, LOOKED_AT)
                .flatMap(page -> goingOn(page, reseller, listing));
    }

    /// A page that seems to be the last may only be where looking ended.
    private Mono<Page<Client>> goingOn(Page<Client> page, UUID reseller, Listing listing) {
        if (page.nextCursor() != null) {
            return Mono.just(page);
        }
        String status = listing.status();
        var statement =
                window(LAST_SEEN.formatted(Listings.window(listing)), reseller, listing, LOOKED_AT);
        return (status == null ? statement : statement.bind(3, status))
                .map(row -> Values.get(row, "id", UUID.class))
                .one()
                .map(page::upTo)
                .defaultIfEmpty(page);
    }

    private Mono<Page<Client>> found(String search, UUID reseller, Listing listing, int lookedAt) {
        String near = search.formatted(Listings.window(listing));
        return window(Clients.rows(near), reseller, listing, lookedAt)
                .bind(3, Values.orNull(String.class, listing.status()))
                .bind(4, like(listing))
                .bind(5, listing.limit() + 1)
                .map(Clients::client)
                .all()
                .collectList()
                .map(found -> Page.of(found, listing.limit(), Client::id));
    }

    private GenericExecuteSpec window(
            String statement, UUID reseller, Listing listing, int lookedAt) {
        return database.sql(statement).bind(0, reseller).bind(1, listing.after()).bind(2, lookedAt);
    }

    private static String like(Listing listing) {
        return Objects.requireNonNull(listing.like());
    }
}
