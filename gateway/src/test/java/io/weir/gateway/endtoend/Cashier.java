package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who moves money, one thing after the other, and asks again with the same idempotency
/// key until told what came of it. Amounts are in hundredths.
final class Cashier {

    private static final int MOST_KEYS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper json = new JsonMapper();

    /// A key and what was bought for it.
    record Sold(ApiKey key, AtomicLong bought) {}

    private final Admin admin;
    private final String reseller;
    private final String client;
    private final SplittableRandom random;

    /// What was paid in, as the answers say.
    final AtomicLong paidIn = new AtomicLong();

    final AtomicLong moves = new AtomicLong();
    final AtomicLong retries = new AtomicLong();

    /// By id.
    final Map<String, Sold> live = new ConcurrentHashMap<>();

    final Map<String, Sold> gone = new ConcurrentHashMap<>();

    Cashier(Admin admin, SplittableRandom random) {
        this.admin = admin;
        this.random = random;
        this.reseller = admin.reseller(1_000_000_000);
        this.client = admin.client(reseller, 1_000_000_000);
        topUp(50_000);
        open(2_000, 1_200);
    }

    void move() {
        switch (random.nextInt(10)) {
            case 0, 1 -> topUp(random.nextLong(1, 5_000));
            case 2, 3, 4 -> open();
            case 5, 6, 7 -> topUpKey();
            default -> delete();
        }
        moves.incrementAndGet();
    }

    String reseller() {
        return reseller;
    }

    private void topUp(long amount) {
        post("/resellers/" + reseller + "/top-ups", Map.of("amount", decimal(amount)), 201);
        paidIn.addAndGet(amount);
    }

    private void open() {
        if (live.size() >= MOST_KEYS) {
            delete();
        }
        long price = random.nextLong(1, 1_500);
        open(price, random.nextLong(1, price + 1));
    }

    private void open(long price, long cost) {
        var budget = Map.of("price", decimal(price), "cost", decimal(cost));
        var limits =
                Map.of(
                        "label",
                        "k",
                        "requests_per_minute",
                        1_000_000,
                        "concurrent_requests",
                        1_000,
                        "budget",
                        budget);
        var made = post("/clients/" + client + "/keys", limits, 201, 422);
        if (made.has("secret")) {
            var key = new ApiKey(made.get("id").asString(), made.get("secret").asString());
            live.put(key.id(), new Sold(key, new AtomicLong(price)));
        }
    }

    private void topUpKey() {
        Sold sold = any();
        if (sold == null) {
            return;
        }
        long amount = random.nextLong(1, 500);
        var path = "/keys/" + sold.key().id() + "/top-ups";
        if (post(path, Map.of("amount", decimal(amount)), 201, 422).has("amount")) {
            sold.bought().addAndGet(amount);
        }
    }

    private void delete() {
        Sold sold = any();
        if (sold == null) {
            return;
        }
        // Asked again, it may be gone already.
        send(
                request("/keys/" + sold.key().id()).header("If-Match", "*").DELETE().build(),
                204,
                404);
        live.remove(sold.key().id());
        gone.put(sold.key().id(), sold);
    }

    private @Nullable Sold any() {
        List<Sold> all = new ArrayList<>(live.values());
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private JsonNode post(String path, Map<String, ?> fields, Integer... expected) {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", '"' + UUID.randomUUID().toString() + '"')
                        .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(fields)))
                        .build();
        return json.readTree(send(request, expected).body());
    }

    private HttpRequest.Builder request(String path) {
        Call call = admin.call(path);
        var request = HttpRequest.newBuilder(URI.create(call.url())).timeout(PATIENCE);
        call.headers().forEach(request::header);
        return request;
    }

    private HttpResponse<String> send(HttpRequest request, Integer... expected) {
        while (true) {
            try {
                var answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() != 409 && answer.statusCode() < 500) {
                    assertThat(answer.statusCode()).as(answer.body()).isIn((Object[]) expected);
                    return answer;
                }
            } catch (IOException cutShort) {
                // Whether it was done, the next answer tells.
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
            retries.incrementAndGet();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static String decimal(long hundredths) {
        return BigDecimal.valueOf(hundredths, 2).toPlainString();
    }
}
