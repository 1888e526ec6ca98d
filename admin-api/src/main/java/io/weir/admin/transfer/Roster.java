package io.weir.admin.transfer;

import io.r2dbc.spi.Readable;
import io.weir.admin.allocation.Allocation;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Clients by the many, a statement for each batch.
@Component
class Roster {

    /// One that is there.
    ///
    /// @param takesOfThePlan whether its quota is a portion
    record Known(UUID id, Allocation allocation, boolean takesOfThePlan) {}

    /// What a client that is there becomes.
    record Edit(UUID id, Allocation allocation) {}

    private static final String FIND =
            """
            SELECT id, name, contact_email, monthly_quota, rate_limit,
                   overage <> 'unlimited' AND status <> 'disabled' AS takes_of_the_plan
              FROM client WHERE reseller_id = $1 AND name = ANY ($2) FOR UPDATE
            """;
    private static final String INSERT =
            """
            INSERT INTO client (reseller_id, id, name, contact_email, monthly_quota, rate_limit)
            SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
            """;
    private static final String UPDATE =
            """
            UPDATE client c SET contact_email = u.contact_email, monthly_quota = u.monthly_quota,
                   rate_limit = u.rate_limit, revision = c.revision + 1
              FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
                   AS u (id, name, contact_email, monthly_quota, rate_limit)
             WHERE c.reseller_id = $1 AND c.id = u.id
            """;

    private final DatabaseClient database;

    Roster(DatabaseClient database) {
        this.database = database;
    }

    /// Those of these names, locked.
    Mono<Map<String, Known>> find(UUID reseller, List<String> names) {
        return database.sql(FIND)
                .bind(0, reseller)
                .bind(1, names.toArray(String[]::new))
                .map(Roster::known)
                .all()
                .collectMap(known -> known.allocation().name());
    }

    Mono<Void> insert(UUID reseller, List<Allocation> made) {
        return write(
                INSERT, reseller, made.stream().map(one -> new Edit(Ids.next(), one)).toList());
    }

    Mono<Void> update(UUID reseller, List<Edit> edits) {
        return write(UPDATE, reseller, edits);
    }

    private Mono<Void> write(String statement, UUID reseller, List<Edit> rows) {
        if (rows.isEmpty()) {
            return Mono.empty();
        }
        GenericExecuteSpec filled =
                database.sql(statement)
                        .bind(0, reseller)
                        .bind(1, rows.stream().map(Edit::id).toArray(UUID[]::new))
                        .bind(2, texts(rows, Allocation::name))
                        .bind(3, texts(rows, Allocation::contactEmail))
                        .bind(4, numbers(rows, Allocation::monthlyQuota))
                        .bind(5, numbers(rows, Allocation::rateLimit));
        return filled.fetch().rowsUpdated().then();
    }

    private static String[] texts(List<Edit> rows, Function<Allocation, String> column) {
        return rows.stream().map(row -> column.apply(row.allocation())).toArray(String[]::new);
    }

    private static Long[] numbers(List<Edit> rows, Function<Allocation, @Nullable Long> column) {
        return rows.stream()
                .map(row -> Objects.requireNonNull(column.apply(row.allocation())))
                .toArray(Long[]::new);
    }

    private static Known known(Readable row) {
        return new Known(
                Values.get(row, "id", UUID.class),
                new Allocation(
                        Values.get(row, "name", String.class),
                        Values.get(row, "contact_email", String.class),
                        Values.get(row, "monthly_quota", Long.class),
                        Values.orNull(row, "rate_limit", Long.class)),
                Values.get(row, "takes_of_the_plan", Boolean.class));
    }
}
