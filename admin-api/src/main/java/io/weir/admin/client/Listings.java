package io.weir.admin.client;

import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// A reseller's clients by the page, in milliseconds however many there are.
///
/// Plans are made without a look at the values, so the statements leave one way to go: rows are
/// compared as whole, which only the index of that order can do, and the quota is looked up for the
/// rows of the page alone.
@Component
class Listings {

    private static final String ALL =
            """
            SELECT * FROM client WHERE (reseller_id, id) > ($1, $2) AND reseller_id <= $1
             ORDER BY reseller_id, id LIMIT $3
            """;
    private static final String OF_STATUS =
            """
            SELECT * FROM client
             WHERE (reseller_id, status, id) > ($1, $4, $2) AND (reseller_id, status) <= ($1, $4)
             ORDER BY reseller_id, status, id LIMIT $3
            """;
    private static final String RESELLER_EXISTS = "SELECT id FROM reseller WHERE id = $1";

    private final DatabaseClient database;
    private final Searches searches;

    Listings(DatabaseClient database, Searches searches) {
        this.database = database;
        this.searches = searches;
    }

    /// Rows of `client` in the order of a list: $1 is the reseller, $2 the id before them, $3 how
    /// many, $4 their status.
    static String window(Listing listing) {
        return listing.status() == null ? ALL : OF_STATUS;
    }

    Mono<Page<Client>> page(UUID reseller, Listing listing) {
        return database.sql(RESELLER_EXISTS)
                .bind(0, reseller)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then(
                        Mono.defer(
                                () ->
                                        listing.like() == null
                                                ? all(reseller, listing)
                                                : searches.page(reseller, listing)));
    }

    private Mono<Page<Client>> all(UUID reseller, Listing listing) {
        String status = listing.status();
        var statement =
                database.sql(Clients.rows(window(listing)))
                        .bind(0, reseller)
                        .bind(1, listing.after())
                        .bind(2, listing.limit() + 1);
        return (status == null ? statement : statement.bind(3, status))
                .map(Clients::client)
                .all()
                .collectList()
                .map(found -> Page.of(found, listing.limit(), Client::id));
    }
}
