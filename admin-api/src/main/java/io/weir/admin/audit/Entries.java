package io.weir.admin.audit;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Component
class Entries {

    private static final String LIST =
            """
            SELECT number, id, created_at, actor_token, actor_name, actor_role, actor_reseller, resource, action,
                   subjects, reseller_id, request_id, changes::text AS changes, omitted, encode(hash, 'hex') AS hash
              FROM audit_entry
             WHERE number < $1 AND ($2::uuid IS NULL OR reseller_id = $2)
               AND ($3::text IS NULL OR resource = $3) AND ($4::text IS NULL OR action = $4)
               AND ($5::text IS NULL OR subjects @> ARRAY[$5::text])
               AND ($6::uuid IS NULL OR actor_token = $6) AND ($7::text IS NULL OR actor_name = $7)
               AND ($6::uuid IS NULL AND $7::text IS NULL OR $2::uuid IS NULL OR actor_reseller = $2)
               AND ($8::timestamptz IS NULL OR created_at >= $8) AND ($9::timestamptz IS NULL OR created_at < $9)
             ORDER BY number DESC LIMIT $10
            """;
    private static final String HEAD =
            """
            SELECT number, hash, (SELECT coalesce(min(number), 1) FROM audit_entry) AS first,
                   (SELECT coalesce(max(number), 0) FROM audit_entry) AS last
              FROM audit_head
            """;
    private static final String LINKS =
            """
            SELECT number, audit_text(e) AS text, hash FROM audit_entry e
             WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3
            """;
    private static final int PART = 500;

    private final DatabaseClient database;

    Entries(DatabaseClient database) {
        this.database = database;
    }

    Mono<List<Entry>> list(Search search) {
        return Principal.current().flatMap(by -> list(search, by));
    }

    private Mono<List<Entry>> list(Search search, Principal by) {
        return database.sql(LIST)
                .bind(0, search.before())
                .bind(1, Values.orNull(UUID.class, by.reseller()))
                .bind(2, Values.orNull(String.class, search.resource()))
                .bind(3, Values.orNull(String.class, search.action()))
                .bind(4, Values.orNull(String.class, search.subject()))
                .bind(5, Values.orNull(UUID.class, search.token()))
                .bind(6, Values.orNull(String.class, search.actor()))
                .bind(7, Values.orNull(search.from()))
                .bind(8, Values.orNull(search.to()))
                .bind(9, search.limit() + 1)
                .map(row -> entry(row, by))
                .all()
                .collectList();
    }

    /// Follows the log from its beginning to where it ends now, some entries at a time.
    Mono<Verification> verify() {
        return database.sql(HEAD).map(Entries::head).one().flatMap(this::verify);
    }

    private Mono<Verification> verify(Verification.Head head) {
        return Mono.just(Chain.start())
                .expand(chain -> chain.goesOnTo(head) ? part(chain, head) : Mono.empty())
                .last()
                .map(chain -> chain.against(head));
    }

    private Mono<Chain> part(Chain chain, Verification.Head head) {
        return links(chain.number(), head.number())
                .reduce(chain, Chain::follow)
                .map(next -> next.orBrokenIfStillAt(chain));
    }

    private Flux<Link> links(long after, long last) {
        return database.sql(LINKS)
                .bind(0, after)
                .bind(1, last)
                .bind(2, PART)
                .map(Entries::link)
                .all();
    }

    private static Link link(Readable row) {
        return new Link(
                Values.get(row, "number", Long.class),
                Values.get(row, "text", String.class),
                HexFormat.of().formatHex(Values.get(row, "hash", byte[].class)));
    }

    private static Verification.Head head(Readable row) {
        return new Verification.Head(
                Values.get(row, "number", Long.class),
                HexFormat.of().formatHex(Values.get(row, "hash", byte[].class)),
                Values.get(row, "first", Long.class),
                Values.get(row, "last", Long.class));
    }

    private static Entry entry(Readable row, Principal by) {
        var actor =
                new Actor(
                        Values.orNull(row, "actor_token", UUID.class),
                        Values.get(row, "actor_name", String.class),
                        Values.get(row, "actor_role", String.class),
                        Values.orNull(row, "actor_reseller", UUID.class));
        return new Entry(
                Values.get(row, "number", Long.class),
                Values.get(row, "id", UUID.class),
                Values.instant(row, "created_at"),
                actor.seenBy(by),
                Values.get(row, "resource", String.class),
                Values.get(row, "action", String.class),
                List.of(Values.get(row, "subjects", String[].class)),
                Values.orNull(row, "reseller_id", UUID.class),
                Values.orNull(row, "request_id", String.class),
                Values.get(row, "changes", String.class),
                Values.get(row, "omitted", Long.class),
                Values.get(row, "hash", String.class));
    }
}
