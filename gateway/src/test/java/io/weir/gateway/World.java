package io.weir.gateway;

import io.weir.gateway.upstream.StubUpstream;
import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import io.weir.quota.postgres.Schema;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.netty.DisposableServer;

/// What a gateway needs around it: a real database, an upstream, and customers put there by hand.
final class World {

    static final String PEPPER = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    static final World INSTANCE = new World();

    private static final SecureRandom RANDOM = new SecureRandom();

    private final EmbeddedPostgreSql server;
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    private final DisposableServer upstream = StubUpstream.start(0, arrived::add);

    private World() {
        try {
            server = EmbeddedPostgreSql.start(Files.createTempDirectory("weir-test"), 0, "test");
            Schema.migrate(server.url(), "admin", "gateway");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A client's key, and what it hangs from.
    record Customer(UUID reseller, UUID client, UUID key, String secret) {}

    /// @param limits the columns `requests_per_minute, concurrent_requests` of the key
    Customer customer(long monthlyQuota, String limits) {
        var customer =
                new Customer(
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        Secret.generate(Secret.Kind.KEY, RANDOM).reveal());
        run(
                """
                INSERT INTO reseller (id, name, contact_email, monthly_quota, time_zone, currency, referral_code)
                VALUES ('%1$s', 'r', 'r@example.com', 1000000, 'UTC', 'USD', '%1$s')
                """
                        .formatted(customer.reseller()));
        run(
                """
                INSERT INTO client (id, reseller_id, name, contact_email, monthly_quota)
                VALUES ('%s', '%s', 'c', 'c@example.com', %d)
                """
                        .formatted(customer.client(), customer.reseller(), monthlyQuota));
        run(
                """
                INSERT INTO key (id, reseller_id, client_id, label, prefix, last_four,
                                 requests_per_minute, concurrent_requests)
                VALUES ('%s', '%s', '%s', 'k', 'p', 'f', %s)
                """
                        .formatted(customer.key(), customer.reseller(), customer.client(), limits));
        run(
                "INSERT INTO credential (hash, key_id) VALUES (decode('%s', 'hex'), '%s')"
                        .formatted(hash(customer.secret()), customer.key()));
        return customer;
    }

    void change(UUID subject, String sql) {
        run(sql);
        run("SELECT configuration_changed(ARRAY['%s'::uuid])".formatted(subject));
    }

    /// What is changed is no subject: the prices.
    void changePrices(String sql) {
        run(sql);
        run("SELECT configuration_changed('{}')");
    }

    void run(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// A table that nobody can read until it is closed.
    AutoCloseable locked(String table) throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE".formatted(table));
        }
        return connection;
    }

    long number(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    long used(Customer customer) {
        return number("SELECT used FROM counter WHERE subject = '%s'".formatted(customer.client()));
    }

    long requests(Customer customer, String outcome) {
        return number(
                "SELECT sum(requests) FROM usage_minute WHERE key_id = '%s' AND outcome = '%s'"
                        .formatted(customer.key(), outcome));
    }

    void setStatus(Customer customer, String status) {
        change(
                customer.client(),
                "UPDATE client SET status = '%s' WHERE id = '%s'"
                        .formatted(status, customer.client()));
    }

    String gatewayUrl() {
        DatabaseUrl url = server.url();
        return "postgresql://%s:gateway@%s:%d/%s"
                .formatted(Schema.GATEWAY_ROLE, url.host(), url.port(), url.database());
    }

    /// A gateway of its own that is ready, which is for its test to close.
    ConfigurableApplicationContext gateway(List<String> settings) {
        List<String> all = new ArrayList<>(settings);
        all.add("server.port=0");
        all.add("management.server.port=0");
        all.add("weir.database-url=" + gatewayUrl());
        all.add("weir.peppers=" + PEPPER);
        all.add("weir.journal-dir=" + journalFolder());
        all.add("weir.store-budget=5s");
        ConfigurableApplicationContext gateway =
                new SpringApplicationBuilder(WeirGateway.class)
                        .run(all.stream().map(setting -> "--" + setting).toArray(String[]::new));
        Ready.await(gateway);
        return gateway;
    }

    static int port(ConfigurableApplicationContext gateway) {
        return Objects.requireNonNull(((WebServerApplicationContext) gateway).getWebServer())
                .getPort();
    }

    String journalFolder() {
        try {
            return Files.createTempDirectory("weir-journal").toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String upstreamUrl() {
        return "http://127.0.0.1:" + upstream.port();
    }

    boolean hasArrived(String pathAndQuery) {
        return arrived.contains(pathAndQuery);
    }

    private Connection connect() throws SQLException {
        DatabaseUrl url = server.url();
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://%s:%d/%s"
                                .formatted(url.host(), url.port(), url.database()),
                        url.user(),
                        url.password());
        connection.setSchema("weir");
        return connection;
    }

    private static String hash(String secret) {
        return HexFormat.of()
                .formatHex(
                        Pepper.of(PEPPER)
                                .hash(Secret.parse(Secret.Kind.KEY, secret).orElseThrow()));
    }
}
