package io.weir.gateway.endtoend;

import io.weir.quota.subject.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A whole Weir on loopback: PostgreSQL, Redis, the admin API, some gateways, and the [Recorder]
/// behind them. What the processes print is kept in `target/endtoend/TEST/`.
///
/// Longer than most files: the settings of every process stand beside each other here.
final class Cluster implements AutoCloseable {

    static final String UPSTREAM_CREDENTIAL = "the-operators-own-credential";

    /// So that a busy machine decides nothing: by default a request waits half a second for its
    /// lease, and 5 ms for Redis.
    static final Map<String, String> PATIENT =
            Map.of("WEIR_STOREBUDGET", "5s", "WEIR_REDISBUDGET", "500ms");

    private static final int WARM_UP = 2_000;
    private static final String ADMIN_PASSWORD = "end-to-end-admin";
    private static final String GATEWAY_PASSWORD = "end-to-end-gateway";

    private final Path folder;
    private final String pepper = pepper();
    private final String token = Secret.generate(Secret.Kind.TOKEN, new SecureRandom()).reveal();
    private final List<Gateway> gateways = new ArrayList<>();
    private final Recorder upstream = new Recorder();
    private final int adminPort = freePort();
    private final Program adminApi;
    private final Map<String, String> settings;
    private final Database database;
    private final @Nullable SharedRedis redis;

    /// A gateway of the cluster, by its place in it.
    record Gateway(String url, Program program, Path journal) {

        /// The demo route, which leads to the recorder.
        String demo(String path) {
            return url + "/demo" + path;
        }

        /// As if its disk were gone.
        void loseJournal() {
            empty(journal);
        }
    }

    /// Started for the first who asks.
    private static final class Shared {

        static final Cluster CLUSTER = start();

        private static Cluster start() {
            Cluster cluster = Cluster.start(Shared.class, 1, PATIENT);
            try (var load = new Load(16)) {
                cluster.warmUp(load);
            }
            return cluster;
        }
    }

    private Cluster(Path folder, int size, Map<String, String> settings) {
        this.folder = folder;
        this.settings = settings;
        this.database = new Database(folder.resolve("postgres"));
        this.redis = size == 1 ? null : new SharedRedis(folder.resolve("redis"));
        this.adminApi = newAdminApi();
        for (int i = 0; i < size; i++) {
            gateways.add(newGateway(i));
        }
    }

    /// One gateway for all tests that take no harm from each other: nobody stops it, changes what
    /// is everybody's, or counts what others may send. It ends with the last of all tests.
    static Cluster shared() {
        return Shared.CLUSTER;
    }

    static Cluster start(Class<?> test, int gateways) {
        return start(test, gateways, Map.of());
    }

    /// Several gateways share a Redis.
    ///
    /// @param settings of the processes beyond those that every cluster has
    static Cluster start(Class<?> test, int gateways, Map<String, String> settings) {
        Path folder = Path.of("target", "endtoend", test.getSimpleName()).toAbsolutePath();
        empty(folder);
        var cluster = new Cluster(folder, gateways, settings);
        try {
            cluster.adminApi.restart();
            cluster.startGateways(0);
            return cluster;
        } catch (Throwable failed) {
            cluster.stop();
            throw failed;
        }
    }

    Admin admin() {
        return new Admin("http://127.0.0.1:" + adminPort, token);
    }

    Program adminProgram() {
        return adminApi;
    }

    Gateway gateway(int number) {
        return gateways.get(number);
    }

    List<Gateway> gateways() {
        return gateways;
    }

    /// What all gateways together say of one thing.
    double sum(String meter) {
        return gateways.stream().mapToDouble(gateway -> Scrape.of(gateway).sum(meter)).sum();
    }

    /// A call that any of them may get: they take turns.
    Call anywhere(int turn, String path, ApiKey key) {
        return Call.bearer(gateways.get(turn % gateways.size()).demo(path), key.secret());
    }

    /// Runs requests of another client through every gateway: one that has not run any yet may need
    /// longer than a request waits for the store.
    void warmUp(Load load) {
        ApiKey key =
                admin().key(admin().client(admin().reseller(1_000_000), 100_000), Admin.UNLIMITED);
        load.send(WARM_UP * gateways.size(), i -> anywhere(i, "/warm-up", key));
    }

    /// More gateways join, until there are so many.
    void grow(int size) {
        int from = gateways.size();
        for (int i = from; i < size; i++) {
            gateways.add(newGateway(i));
        }
        startGateways(from);
    }

    Recorder upstream() {
        return upstream;
    }

    Tables tables() {
        return new Tables(database.url());
    }

    Database database() {
        return database;
    }

    SharedRedis redis() {
        return Objects.requireNonNull(redis, "A single gateway has no Redis");
    }

    /// Whatever the processes printed so far that is none of a log's business.
    List<String> secretsInLogs(String... more) {
        List<String> secrets = new ArrayList<>(List.of(more));
        secrets.addAll(List.of(token, pepper, UPSTREAM_CREDENTIAL));
        secrets.addAll(List.of(Database.PASSWORD, SharedRedis.PASSWORD));
        secrets.addAll(List.of(ADMIN_PASSWORD, GATEWAY_PASSWORD));
        String logs = logs();
        return secrets.stream().filter(logs::contains).toList();
    }

    String logs() {
        var text = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return text.toString();
    }

    @Override
    public void close() {
        stop();
        assertNoKeyInLogs();
    }

    /// For whoever closes no cluster, as it is shared.
    void assertNoKeyInLogs() {
        String logs = logs();
        if (Recorder.holdsAKey(logs)) {
            throw new AssertionError("A log in " + folder + " holds a whole key");
        }
    }

    private void stop() {
        try (upstream;
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            gateways.stream()
                    .map(each -> CompletableFuture.runAsync(each.program()::terminate, threads))
                    .toList()
                    .forEach(CompletableFuture::join);
            adminApi.terminate();
        } finally {
            if (redis != null) {
                redis.close();
            }
            database.stop();
        }
    }

    private Program newAdminApi() {
        int management = freePort();
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("WEIR_ADMIN_PORT", Integer.toString(adminPort));
        environment.put("WEIR_ADMIN_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("WEIR_DATABASE_URL", url("postgres", Database.PASSWORD));
        environment.put("WEIR_ADMIN_DATABASE_PASSWORD", ADMIN_PASSWORD);
        environment.put("WEIR_GATEWAY_DATABASE_PASSWORD", GATEWAY_PASSWORD);
        environment.put("WEIR_PEPPER", pepper);
        environment.put("WEIR_ADMIN_TOKEN", token);
        return new Program(
                Application.ADMIN_API, environment, management, folder.resolve("admin-api.log"));
    }

    private void startGateways(int from) {
        var starting = gateways.subList(from, gateways.size());
        starting.forEach(gateway -> gateway.program().launch());
        starting.forEach(gateway -> gateway.program().awaitReady());
    }

    private Gateway newGateway(int number) {
        int port = freePort();
        int management = freePort();
        Path journal = folder.resolve("journal-" + number);
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("WEIR_GATEWAY_PORT", Integer.toString(port));
        environment.put("WEIR_GATEWAY_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("WEIR_DATABASE_URL", url("weir_gateway", GATEWAY_PASSWORD));
        environment.put("WEIR_PEPPER", pepper);
        environment.put("WEIR_NODE_NAME", "gateway-" + number);
        environment.put("WEIR_JOURNAL_DIR", journal.toString());
        environment.put("SPRING_PROFILES_ACTIVE", "demo");
        environment.putIfAbsent("WEIR_DRAIN_DELAY", "0s");
        environment.putIfAbsent("WEIR_UPSTREAM_URL", upstream.url());
        environment.put("WEIR_DEMO_UPSTREAM_CREDENTIAL", UPSTREAM_CREDENTIAL);
        if (redis != null) {
            environment.put("WEIR_REDIS_URL", redis.uri().toString());
        }
        var program =
                new Program(
                        Application.GATEWAY,
                        environment,
                        management,
                        folder.resolve("gateway-" + number + ".log"));
        return new Gateway("http://127.0.0.1:" + port, program, journal);
    }

    private String url(String user, String password) {
        return "postgresql://%s:%s@127.0.0.1:%d/postgres"
                .formatted(user, password, database.url().port());
    }

    private static String pepper() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void empty(Path folder) {
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
