package io.weir.admin.rule;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who stands in the way of deleting a rule: the keys that are bound to it, and the clients and the
/// reseller whose default it is.
@Component
class Users {

    private static final String NAMED =
            """
            SELECT kind, id, name, count(*) OVER () AS total
              FROM (SELECT 'KEY' AS kind, id, label AS name FROM key WHERE rule_id = $1
                    UNION ALL
                    SELECT 'CLIENT', id, name FROM client WHERE default_rule_id = $1
                    UNION ALL
                    SELECT 'RESELLER', id, name FROM reseller WHERE default_rule_id = $1) AS users
             ORDER BY kind DESC, id LIMIT $2
            """;
    private static final int MOST_NAMED = 10;

    private record User(SubjectKind kind, UUID id, String name, long total) {

        @Override
        public String toString() {
            return "%s %s (%s)"
                    .formatted(
                            kind == SubjectKind.KEY ? "the key" : "the default of",
                            Ids.text(kind, id),
                            name);
        }
    }

    private final DatabaseClient database;

    Users(DatabaseClient database) {
        this.database = database;
    }

    Mono<Void> requireNone(UUID rule) {
        return database.sql(NAMED)
                .bind(0, rule)
                .bind(1, MOST_NAMED)
                .map(
                        row ->
                                new User(
                                        SubjectKind.valueOf(Values.get(row, "kind", String.class)),
                                        Values.get(row, "id", UUID.class),
                                        Values.get(row, "name", String.class),
                                        Values.get(row, "total", Long.class)))
                .all()
                .collectList()
                .flatMap(users -> users.isEmpty() ? Mono.empty() : Mono.error(inUse(users)));
    }

    private static Problem inUse(List<User> users) {
        long more = users.getFirst().total() - users.size();
        return Problem.conflict(
                "in-use",
                "It is the rule of %s%s."
                        .formatted(
                                String.join(", ", users.stream().map(User::toString).toList()),
                                more == 0 ? "" : " and %d more".formatted(more)));
    }
}
