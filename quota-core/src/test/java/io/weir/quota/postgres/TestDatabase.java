package io.weir.quota.postgres;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A real database with the schema in it, and rows put there by hand.
final class TestDatabase implements AutoCloseable {

    private final EmbeddedPostgreSql server;
    private final Path data;

    private TestDatabase(EmbeddedPostgreSql server, Path data) {
        this.server = server;
        this.data = data;
    }

    static TestDatabase start() {
        try {
            Path data = Files.createTempDirectory("weir-test");
            copy(Fresh.FOLDER, data);
            return new TestDatabase(EmbeddedPostgreSql.start(data, 0, "test"), data);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// What each starts with a copy of: to make a cluster and its schema takes some seconds.
    private static final class Fresh {

        static final Path FOLDER = made();

        private static Path made() {
            try {
                Path data = Files.createTempDirectory("weir-test");
                try (var server = EmbeddedPostgreSql.start(data, 0, "test")) {
                    Schema.migrate(server.url(), "admin", "gateway");
                }
                return data;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// Into a folder that exists.
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(each -> !each.equals(from)).toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), COPY_ATTRIBUTES);
            }
        }
    }

    DatabaseUrl gateway() {
        return server.url().as(Schema.GATEWAY_ROLE, "gateway");
    }

    UUID reseller(String monthlyQuota) {
        UUID id = UUID.randomUUID();
        run(
                """
                INSERT INTO reseller (id, name, contact_email, monthly_quota, time_zone, currency, referral_code)
                VALUES ('%s', 'r', 'r@example.com', %s, 'UTC', 'USD', '%s')
                """
                        .formatted(id, monthlyQuota, id));
        return id;
    }

    UUID client(UUID reseller, long monthlyQuota, String overage, long buffer) {
        UUID id = UUID.randomUUID();
        run(
                """
                INSERT INTO client (id, reseller_id, name, contact_email, monthly_quota, overage, buffer_percent)
                VALUES ('%s', '%s', '%s', 'c@example.com', %d, '%s', %d)
                """
                        .formatted(id, reseller, id, monthlyQuota, overage, buffer));
        return id;
    }

    void run(String sql) {
        try (Connection connection = connect(server.url());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    long number(String sql) {
        return number(server.url(), sql);
    }

    /// With the rights of the owner.
    Connection owner() throws SQLException {
        return connect(server.url());
    }

    /// With the login of the admin API.
    Connection admin() throws SQLException {
        return connect(server.url().as(Schema.ADMIN_ROLE, "admin"));
    }

    /// The first column of all rows.
    List<String> texts(String sql, Object... parameters) {
        try (Connection connection = connect(server.url());
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                Object given = parameters[i];
                statement.setObject(
                        i + 1,
                        given instanceof String[] texts
                                ? connection.createArrayOf("text", texts)
                                : given);
            }
            try (var rows = statement.executeQuery()) {
                List<String> texts = new ArrayList<>();
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
                return texts;
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// With the rights of the admin API for an operator, and of nobody else.
    long asAdmin(String sql) {
        return number(server.url().as(Schema.ADMIN_ROLE, "admin"), "SET weir.reseller = '*'", sql);
    }

    private static long number(DatabaseUrl url, String sql) {
        return number(url, "SELECT", sql);
    }

    private static long number(DatabaseUrl url, String first, String sql) {
        try (Connection connection = connect(url);
                var statement = connection.createStatement()) {
            statement.execute(first);
            try (var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The server hangs, with all its connections open.
    void freeze() {
        signal("STOP", processes());
    }

    void thaw() {
        signal("CONT", processes());
    }

    /// Only those parts of the server hang that serve the gateway now.
    void freezeConnections() {
        String serves = "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s' AND pid = %d";
        signal(
                "STOP",
                processes()
                        .filter(
                                process ->
                                        number(serves.formatted(Schema.GATEWAY_ROLE, process.pid()))
                                                == 1));
    }

    private Stream<ProcessHandle> processes() {
        try {
            Path file = data.resolve("postmaster.pid");
            long pid = Long.parseLong(Files.readAllLines(file).getFirst().trim());
            var postmaster = ProcessHandle.of(pid).orElseThrow();
            return Stream.concat(Stream.of(postmaster), postmaster.descendants());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void signal(String name, Stream<ProcessHandle> processes) {
        try {
            for (ProcessHandle process : processes.toList()) {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Connection connect(DatabaseUrl url) throws SQLException {
        Connection connection = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
        connection.setSchema("weir");
        return connection;
    }

    @Override
    public void close() {
        server.close();
    }
}
