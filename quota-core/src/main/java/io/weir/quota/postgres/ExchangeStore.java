package io.weir.quota.postgres;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Rollups;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The counters in PostgreSQL: one statement for each report, which is a transaction of its own.
final class ExchangeStore implements LeaseStore {

    private static final String EXCHANGE = "SELECT exchange($1, $2, $3)";
    private static final String RESUME = "SELECT resume($1, $2, $3, $4)";

    /// What is raised for a report that does not follow the last one that is known, and for a node
    /// that was given up; both tell in their detail which report was applied last.
    private static final Set<String> REFUSALS = Set.of("WE001", "WE003");

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

    private record ReportJson(long life, List<EntryJson> leases, List<RowJson> usage) {}

    private record EntryJson(
            UUID subject,
            String policy,
            long starts,
            long ends,
            long used,
            long returned,
            long needs,
            long wants,
            long least) {}

    private record RowJson(
            long minute,
            UUID keyId,
            @Nullable UUID groupId,
            @Nullable UUID clientId,
            UUID resellerId,
            String route,
            String model,
            String outcome,
            long requests,
            long credits,
            @JsonAnyGetter Map<String, Long> tokens) {}

    private final Connections connections;

    ExchangeStore(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Mono<Reply> exchange(Report report) {
        return answer(
                connection ->
                        connection
                                .createStatement(EXCHANGE)
                                .bind("$1", report.node())
                                .bind("$2", report.sequence())
                                .bind("$3", Json.of(json(report))),
                ExchangeStore::reply);
    }

    @Override
    public Mono<Resumed> resume(UUID node, String name, @Nullable UUID replaces, long number) {
        return answer(
                connection -> {
                    var statement = connection.createStatement(RESUME).bind("$1", node);
                    bind(statement, "$2", String.class, name.isEmpty() ? null : name);
                    bind(statement, "$3", UUID.class, replaces);
                    return statement.bind("$4", number);
                },
                ExchangeStore::resumed);
    }

    private static <T> void bind(Statement to, String name, Class<T> type, @Nullable T value) {
        if (value == null) {
            to.bindNull(name, type);
        } else {
            to.bind(name, value);
        }
    }

    private <T> Mono<T> answer(
            Function<Connection, Statement> question, Function<JsonNode, T> reading) {
        return connections
                .ask(
                        connection ->
                                Mono.from(question.apply(connection).execute())
                                        .flatMap(
                                                result ->
                                                        Mono.from(result.map(ExchangeStore::read))))
                .map(reading)
                .onErrorMap(R2dbcException.class, ExchangeStore::translated);
    }

    private static JsonNode read(Readable row) {
        Json json = row.get(0, Json.class);
        if (json == null) {
            throw new IllegalStateException("The database answered nothing");
        }
        return JSON.readTree(json.asArray());
    }

    private static Throwable translated(R2dbcException failure) {
        return failure instanceof PostgresqlException refusal
                        && REFUSALS.contains(refusal.getErrorDetails().getCode())
                ? new Refused(
                        refusal.getErrorDetails().getMessage(),
                        refusal.getErrorDetails().getDetail().map(Long::parseLong).orElse(0L),
                        failure)
                : failure;
    }

    private static byte[] json(Report report) {
        return JSON.writeValueAsBytes(
                new ReportJson(
                        report.life().toMillis(),
                        report.leases().stream().map(ExchangeStore::json).toList(),
                        report.usage().stream().map(ExchangeStore::json).toList()));
    }

    private static EntryJson json(Entry entry) {
        CounterKey counter = entry.counter();
        return new EntryJson(
                counter.subject(),
                counter.policy().value(),
                entry.period().starts().getEpochSecond(),
                entry.period().ends().getEpochSecond(),
                entry.used(),
                entry.returned(),
                entry.needs(),
                entry.wants(),
                entry.least());
    }

    private static RowJson json(Rollups.Row row) {
        var rollup = row.rollup();
        return new RowJson(
                rollup.minute(),
                rollup.keyId(),
                rollup.groupId(),
                rollup.clientId(),
                rollup.resellerId(),
                rollup.route(),
                rollup.model(),
                rollup.outcome().word(),
                row.metered().requests(),
                row.metered().credits(),
                tokens(row.metered()));
    }

    /// By their columns. Most rows have none, and say nothing of them.
    private static Map<String, Long> tokens(Metered metered) {
        if (metered.estimatedTokens() == 0 && metered.tokens().equals(Tokens.NONE)) {
            return Map.of();
        }
        Map<String, Long> tokens = new HashMap<>();
        for (TokenClass each : TokenClass.values()) {
            tokens.put(each.word(), metered.tokens().of(each));
        }
        tokens.put("tokens_estimated", metered.estimatedTokens());
        tokens.values().removeIf(count -> count == 0);
        return tokens;
    }

    private static Reply reply(JsonNode reply) {
        List<Grant> grants = new ArrayList<>();
        for (JsonNode grant : reply.get("grants")) {
            grants.add(grant(grant));
        }
        return new Reply(
                instant(reply.get("now").decimalValue()),
                reply.get("nodes").intValue(),
                reply.get("rank").intValue(),
                grants);
    }

    private static Resumed resumed(JsonNode resumed) {
        List<Held> leases = new ArrayList<>();
        for (JsonNode lease : resumed.get("leases")) {
            leases.add(
                    new Held(
                            new CounterKey(
                                    UUID.fromString(lease.get("subject").stringValue()),
                                    new PolicyName(lease.get("policy").stringValue())),
                            Instant.ofEpochSecond(lease.get("starts").longValue()),
                            lease.get("held").longValue()));
        }
        return new Resumed(
                resumed.get("applied").longValue(),
                resumed.get("sequence").longValue(),
                resumed.get("forfeits").longValue(),
                leases);
    }

    private static Grant grant(JsonNode grant) {
        JsonNode granted = grant.get("granted");
        JsonNode limit = grant.get("limit");
        return new Grant(
                !granted.isNull(),
                granted.isNull() ? 0 : granted.longValue(),
                grant.get("used").longValue(),
                grant.get("leased").longValue(),
                grant.get("forfeited").longValue(),
                grant.get("held").longValue(),
                limit.isNull() ? OptionalLong.empty() : OptionalLong.of(limit.longValue()));
    }

    private static Instant instant(BigDecimal epochSeconds) {
        var parts =
                epochSeconds
                        .multiply(NANOS)
                        .toBigInteger()
                        .divideAndRemainder(NANOS.toBigInteger());
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }
}
