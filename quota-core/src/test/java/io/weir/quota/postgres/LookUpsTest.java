package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What a gateway asks for by its ids, over one connection.
class LookUpsTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PLANNED =
            """
            SELECT name || ' ' || generic_plans || ' ' || custom_plans FROM pg_prepared_statements
             WHERE statement LIKE '%FROM key WHERE id = ANY($1)%'
            """;

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 1);

    @AfterAll
    static void stop() {
        postgres.close().block(SOON);
        database.close();
    }

    @Test
    void arePlannedOnceAndReadNoWholeTableHoweverFewRowsItHad() {
        UUID reseller = database.reseller("1");
        for (int i = 0; i < 10; i++) {
            assertThat(postgres.subjects().settings(Set.of(reseller)).block(SOON)).hasSize(1);
        }

        String[] planned = ask(PLANNED).getFirst().split(" ");
        assertThat(planned[1] + " generic, " + planned[2] + " custom")
                .isEqualTo("10 generic, 0 custom");
        assertThat(ask("EXPLAIN EXECUTE \"%s\"('{%s}')".formatted(planned[0], reseller)))
                .isNotEmpty()
                .noneMatch(line -> line.matches(".*Seq Scan on (key|key_group|client|reseller).*"));
    }

    private static List<String> ask(String sql) {
        List<String> lines =
                postgres.connections().ask(connection -> lines(connection, sql)).block(SOON);
        return lines == null ? List.of() : lines;
    }

    private static Mono<List<String>> lines(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map(row -> String.valueOf(row.get(0, String.class))))
                .collectList();
    }
}
