package io.weir.admin.why;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.why.Admission.Path;
import io.weir.admin.wire.Problem;
import io.weir.quota.admission.Examination;
import io.weir.quota.admission.Examination.Counter;
import io.weir.quota.admission.Examination.Tally;
import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.postgres.SettingsRow;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What requests would meet, by the settings and counters that gateways go by.
@Component
class Admissions {

    private static final String PATH =
            """
            SELECT id, group_id, client_id, reseller_id FROM key
             WHERE id = $1 AND ($2::uuid IS NULL OR reseller_id = $2)
            """;

    private static final String COUNTERS =
            """
            SELECT c.subject, c.policy, c.starts, c.used, c.leased, c.forfeited
              FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS asked (subject, policy, starts)
              JOIN counter c USING (subject, policy, starts)
            """;

    private record Row(Counter counter, Tally tally) {}

    private final DatabaseClient database;

    Admissions(DatabaseClient database) {
        this.database = database;
    }

    Mono<Admission> of(UUID key, Instant at) {
        return path(key)
                .flatMap(
                        path ->
                                examination(path, at)
                                        .flatMap(
                                                examination ->
                                                        tallies(examination.counters())
                                                                .map(examination::of))
                                        .map(finding -> new Admission(path, at, finding)));
    }

    /// Of a key that the one who asks may see.
    Mono<Path> path(UUID key) {
        return Principal.current()
                .flatMap(
                        who ->
                                database.sql(PATH)
                                        .bind(0, key)
                                        .bind(1, Values.orNull(UUID.class, who.reseller()))
                                        .map(Admissions::pathOf)
                                        .one())
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    private Mono<Examination> examination(Path path, Instant at) {
        return read(SettingsRow.SUBJECTS, path.subjects(), SettingsRow::subject)
                .filter(found -> found.size() == path.subjects().length)
                .switchIfEmpty(Mono.error(Problem::notFound))
                .flatMap(
                        settings ->
                                rules(settings).map(rules -> new Examination(settings, rules, at)));
    }

    private Mono<List<RuleSettings>> rules(List<SubjectSettings> settings) {
        UUID[] named = settings.stream().flatMap(one -> one.rule().stream()).toArray(UUID[]::new);
        return named.length == 0
                ? Mono.just(List.of())
                : read(SettingsRow.RULES, named, SettingsRow::rule);
    }

    private <T> Mono<List<T>> read(String sql, UUID[] ids, Function<Readable, T> mapping) {
        return database.sql(sql).bind(0, ids).map(mapping).all().collectList();
    }

    private Mono<Map<Counter, Tally>> tallies(List<Counter> counters) {
        return database.sql(COUNTERS)
                .bind(0, counters.stream().map(Counter::subject).toArray(UUID[]::new))
                .bind(1, counters.stream().map(one -> one.policy().value()).toArray(String[]::new))
                .bind(
                        2,
                        counters.stream()
                                .map(one -> Values.utc(one.starts()))
                                .toArray(OffsetDateTime[]::new))
                .map(Admissions::row)
                .all()
                .collectMap(Row::counter, Row::tally);
    }

    private static Row row(Readable row) {
        return new Row(
                new Counter(
                        Values.get(row, "subject", UUID.class),
                        new PolicyName(Values.get(row, "policy", String.class)),
                        Values.instant(row, "starts")),
                new Tally(
                        Values.get(row, "used", Long.class),
                        Values.get(row, "leased", Long.class),
                        Values.get(row, "forfeited", Long.class)));
    }

    private static Path pathOf(Readable row) {
        return new Path(
                Values.get(row, "id", UUID.class),
                Values.orNull(row, "group_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                Values.get(row, "reseller_id", UUID.class));
    }
}
