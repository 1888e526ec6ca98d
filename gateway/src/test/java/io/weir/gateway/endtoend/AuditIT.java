package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Changes of which some are refused and some are cut short, as the admin API is killed and its
/// connections are: each effect has one entry in the audit log, and each entry has an effect (C5).
class AuditIT {

    private static final int CHANGES = Soak.count(1_000, 10_000);
    private static final Duration LIMIT = Soak.time(Duration.ofSeconds(30), Duration.ofMinutes(30));
    private static final int KILLS = Soak.count(1, 5);
    private static final int CALLERS = 4;
    private static final long PLENTY = 1_000_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RESTART = Duration.ofMinutes(3);

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void everyEffectHasItsEntryWhateverIsKilled() throws Exception {
        try (var cluster = Cluster.start(AuditIT.class, 1);
                var callers = Executors.newFixedThreadPool(CALLERS)) {
            Admin admin = cluster.admin();
            String reseller = admin.reseller(PLENTY);
            long before = cluster.tables().auditEntries();
            long begin = System.nanoTime();
            long end = begin + LIMIT.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                var caller = new Caller(admin, reseller, new SplittableRandom(i), end);
                running.add(callers.submit(caller::run));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                kill(cluster, begin, (double) kill / (KILLS + 1));
            }
            for (var caller : running) {
                caller.get();
            }

            long entries = cluster.tables().auditEntries() - before;
            Figure.print(
                    "C5: %d audit entries for %d effects; %d changes told to callers, %d refused, %d cut short, %d kills"
                            .formatted(
                                    entries,
                                    cluster.tables().effects() - 1,
                                    done.get(),
                                    refused.get(),
                                    unknown.get(),
                                    KILLS));
            assertThat(done.get()).isGreaterThan(CHANGES / 10);
            assertThat(refused.get()).isPositive();
            assertThat(unknown.get()).isPositive();
            assertThat(cluster.tables().unauditedEffects()).isZero();
            assertThat(entries).isEqualTo(cluster.tables().effects() - 1);
            assertThat(entries).isBetween(done.get(), done.get() + unknown.get());
            assertThat(admin.get("/audit-log/verify").get("verified").booleanValue()).isTrue();
        }
    }

    /// Once such a part of the changes were made, or of the time is over: first its connections,
    /// then itself.
    private void kill(Cluster cluster, long begin, double part) {
        awaitChanges(begin, (long) (part * CHANGES), part);
        cluster.tables().endConnectionsOf("weir_admin");
        awaitChanges(begin, done.get() + CALLERS + 1, part);
        cluster.adminProgram().kill();
        cluster.adminProgram().restart();
    }

    private void awaitChanges(long begin, long changes, double part) {
        long over = begin + (long) (part * LIMIT.toNanos());
        Eventually.within(
                LIMIT,
                () -> done.get() >= changes || System.nanoTime() > over,
                Boolean::booleanValue);
    }

    /// Somebody who makes changes, one after the other.
    private final class Caller {

        private final Admin admin;
        private final String reseller;
        private final SplittableRandom random;
        private final long end;
        private final List<String> clients = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();

        Caller(Admin admin, String reseller, SplittableRandom random, long end) {
            this.admin = admin;
            this.reseller = reseller;
            this.random = random;
            this.end = end;
        }

        void run() {
            while (done.get() < CHANGES && System.nanoTime() < end) {
                step();
            }
        }

        private void step() {
            int what = clients.isEmpty() || keys.isEmpty() ? random.nextInt(2) : random.nextInt(8);
            String client = clients.isEmpty() ? "none" : any(clients);
            switch (what) {
                case 0 -> post("/resellers/" + reseller + "/clients", client(1), clients);
                case 1 -> post("/clients/" + client + "/keys", Map.of("label", "Key"), keys);
                case 2 -> post("/resellers/" + reseller + "/clients", client(-1), clients);
                case 3 -> patch("/clients/" + client, Map.of("monthly_quota", -1));
                case 4, 5 -> patch("/keys/" + any(keys), Map.of("label", name()));
                default -> patch("/clients/" + client, Map.of("notes", name()));
            }
        }

        private Map<String, Object> client(long quota) {
            return Map.of("name", name(), "contact_email", "a@example.com", "monthly_quota", quota);
        }

        private void post(String path, Map<String, Object> fields, List<String> made) {
            String answer = send("POST", path, fields);
            if (!answer.isEmpty()) {
                made.add(new JsonMapper().readTree(answer).get("id").asString());
            }
        }

        private void patch(String path, Map<String, Object> fields) {
            send("PATCH", path, fields);
        }

        /// What was answered, nothing if it was refused or cut short.
        private String send(String method, String path, Map<String, Object> fields) {
            Call call = admin.call(path);
            var request =
                    HttpRequest.newBuilder(URI.create(call.url()))
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/json")
                            .header("If-Match", "*");
            call.headers().forEach(request::header);
            byte[] body = new JsonMapper().writeValueAsBytes(fields);
            request.method(method, HttpRequest.BodyPublishers.ofByteArray(body));
            try {
                var answer = http.send(request.build(), BodyHandlers.ofString());
                count(answer.statusCode(), answer.body());
                return answer.statusCode() < 300 ? answer.body() : "";
            } catch (ConnectException away) {
                Eventually.within(RESTART, () -> isThere(call), Boolean::booleanValue);
                return "";
            } catch (IOException cutShort) {
                unknown.incrementAndGet();
                return "";
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }

        private static boolean isThere(Call call) {
            var url = URI.create(call.url());
            try (var socket = new Socket(url.getHost(), url.getPort())) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }

        private void count(int status, String body) {
            if (status < 300) {
                done.incrementAndGet();
            } else if (status == 503) {
                unknown.incrementAndGet();
            } else {
                assertThat(status).as(body).isIn(404, 422);
                refused.incrementAndGet();
            }
        }

        private String any(List<String> ids) {
            return ids.get(random.nextInt(ids.size()));
        }

        private String name() {
            return Long.toHexString(random.nextLong());
        }
    }
}
