package io.weir.quota.postgres;

import static io.weir.quota.postgres.SettingsRow.instant;
import static io.weir.quota.postgres.SettingsRow.required;
import static java.util.stream.Collectors.toMap;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.subject.Hash;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Subjects in PostgreSQL, as the gateway reads them: when a key is first seen, and when something
/// was changed.
final class SubjectRows implements Subjects {

    private static final String OWNERS =
            """
            SELECT c.hash, (SELECT version FROM configuration) AS version,
                   k.id, k.group_id, k.client_id, k.reseller_id, key_identity(k)::uuid AS identity,
                   c.expires_at
              FROM credential c JOIN key k ON k.id = c.key_id
             WHERE c.hash = ANY(ARRAY(SELECT decode(unnest($1::text[]), 'hex')))
            """;

    /// Changes are kept for a day: whoever is further behind is told so.
    private static final String CHANGES =
            """
            SELECT c.version, h.subject,
                   $1 >= c.version
                       OR EXISTS (SELECT FROM configuration_change WHERE version = $1 + 1) AS complete
              FROM configuration c LEFT JOIN configuration_change h ON h.version > $1
            """;

    private final Connections connections;
    private final Announcements announcements;

    SubjectRows(Connections connections, Announcements announcements) {
        this.connections = connections;
        this.announcements = announcements;
    }

    @Override
    public Mono<Map<Hash, Owner>> owners(Set<Hash> hashes) {
        return query(
                        OWNERS,
                        hashes.stream().map(Hash::hex).toArray(String[]::new),
                        row -> Map.entry(hash(row), owner(row)))
                .map(
                        found ->
                                found.stream()
                                        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static Hash hash(Readable row) {
        return Hash.of(required(row, "hash", byte[].class));
    }

    private static Owner owner(Readable row) {
        return new Owner(
                required(row, "version", Long.class),
                required(row, "id", UUID.class),
                Optional.ofNullable(row.get("group_id", UUID.class)),
                Optional.ofNullable(row.get("client_id", UUID.class)),
                required(row, "reseller_id", UUID.class),
                required(row, "identity", UUID.class),
                instant(row, "expires_at"));
    }

    @Override
    public Mono<List<SubjectSettings>> settings(Collection<UUID> subjects) {
        return query(SettingsRow.SUBJECTS, subjects.toArray(UUID[]::new), SettingsRow::subject);
    }

    @Override
    public Mono<List<RuleSettings>> rules(Collection<UUID> rules) {
        return query(SettingsRow.RULES, rules.toArray(UUID[]::new), SettingsRow::rule);
    }

    @Override
    public Mono<Changes> changesSince(long version) {
        record Change(long version, boolean complete, @Nullable UUID subject) {}

        return query(
                        CHANGES,
                        version,
                        row ->
                                new Change(
                                        required(row, "version", Long.class),
                                        required(row, "complete", Boolean.class),
                                        row.get("subject", UUID.class)))
                .map(
                        rows -> {
                            Set<UUID> subjects = new HashSet<>();
                            for (Change row : rows) {
                                if (row.subject() != null) {
                                    subjects.add(row.subject());
                                }
                            }
                            Change first = rows.getFirst();
                            return new Changes(first.version(), first.complete(), subjects);
                        });
    }

    @Override
    public Flux<Announcement> announcements() {
        return announcements.listen();
    }

    private <T> Mono<List<T>> query(String sql, Object parameter, Function<Readable, T> mapping) {
        return connections.ask(
                connection -> {
                    Statement statement = connection.createStatement(sql).bind("$1", parameter);
                    return Flux.from(statement.execute())
                            .flatMap(result -> result.map(mapping))
                            .collectList();
                });
    }
}
