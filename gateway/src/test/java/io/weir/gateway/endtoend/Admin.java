package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The operator at the admin API. Whatever it does not accept fails the test that asked for it.
public final class Admin {

    private static final long PLENTY = 1_000_000_000L;
    private static final int MORE_TRIES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A key without limits that a test could meet.
    static final Map<String, Object> UNLIMITED = perMinute(PLENTY);

    private static final int SLOTS = 1_000_000;
    private static final AtomicInteger names = new AtomicInteger();
    private static final JsonMapper json = new JsonMapper();
    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String url;
    private final String base;
    private final String token;

    public Admin(String url, String token) {
        this.url = url;
        this.base = url + "/api/v1";
        this.token = token;
    }

    /// Not the operator but that reseller, who may do all it can.
    Admin of(String reseller) {
        var token =
                post(
                        "/tokens",
                        Map.of(
                                "name",
                                name("token"),
                                "role",
                                "reseller",
                                "reseller_id",
                                reseller,
                                "scopes",
                                List.of("*")));
        return new Admin(url, token.get("secret").asString());
    }

    static Map<String, Object> perMinute(long requests) {
        return Map.of("requests_per_minute", requests, "concurrent_requests", SLOTS);
    }

    public String reseller(long monthlyQuota) {
        return id(
                "/resellers",
                Map.of(
                        "name", name("reseller"),
                        "contact_email", "reseller@example.com",
                        "monthly_quota", monthlyQuota,
                        "time_zone", "UTC",
                        "currency", "USD"));
    }

    public String client(String reseller, long monthlyQuota) {
        return client(reseller, monthlyQuota, Map.of());
    }

    public String client(String reseller, long monthlyQuota, Map<String, ?> more) {
        Map<String, Object> client = new HashMap<>();
        client.put("name", name("client"));
        client.put("contact_email", "client@example.com");
        client.put("monthly_quota", monthlyQuota);
        client.put("rate_limit", PLENTY);
        client.putAll(more);
        return id("/resellers/" + reseller + "/clients", client);
    }

    /// Keys that share so many requests a month.
    String group(String reseller, long quota) {
        return id(
                "/resellers/" + reseller + "/groups",
                Map.of(
                        "name",
                        name("group"),
                        "quota",
                        Map.of("unit", "requests", "limit", quota, "period", "monthly")));
    }

    /// A key of a client or of a reseller itself.
    public ApiKey key(String owner, Map<String, ?> limits) {
        Map<String, Object> key = new HashMap<>(limits);
        key.put("label", name("key"));
        var created = post(plural(owner) + "/keys", key);
        return new ApiKey(created.get("id").asString(), created.get("secret").asString());
    }

    /// The same key with another secret; the old one works on for so long.
    ApiKey rotate(ApiKey key, int graceSeconds) {
        var rotated = post(plural(key.id()) + "/rotate", Map.of("grace_seconds", graceSeconds));
        return new ApiKey(key.id(), rotated.get("secret").asString());
    }

    Instant previousSecretEnds(ApiKey key) {
        return Instant.parse(get(plural(key.id())).at("/previous_secret/expires_at").asString());
    }

    /// A group or a rule of a reseller.
    String make(String reseller, String plural, Map<String, ?> fields) {
        Map<String, Object> named = new HashMap<>(fields);
        named.put("name", name(plural));
        return id(plural(reseller) + "/" + plural, named);
    }

    /// Such as the group or the rule of a key.
    void bind(String subject, String place, Map<String, ?> to) {
        send(
                request(plural(subject) + "/" + place)
                        .header("Content-Type", "application/json")
                        .PUT(body(to)));
    }

    /// Pays in, for a reseller or a key.
    void topUp(String whose, String amount) {
        post(plural(whose) + "/top-ups", Map.of("amount", amount));
    }

    /// What each request of a route costs; nothing else has a price.
    void price(String route, String perRequest) {
        Map<String, Object> price =
                Map.of(
                        "route",
                        route,
                        "model",
                        "*",
                        "per_request",
                        perRequest,
                        "per_million",
                        Map.of());
        send(
                request("/prices")
                        .header("If-Match", etag("/prices"))
                        .header("Content-Type", "application/json")
                        .PUT(
                                HttpRequest.BodyPublishers.ofString(
                                        json.writeValueAsString(List.of(price)))));
    }

    /// A question that need not be accepted.
    Call call(String path) {
        return Call.bearer(base + path, token);
    }

    JsonNode get(String path) {
        return read(send(request(path)).body());
    }

    /// Merges fields into a resource, as it is now.
    void change(String subject, Map<String, ?> fields) {
        String path = plural(subject);
        send(
                request(path)
                        .header("If-Match", etag(path))
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", body(fields)));
    }

    void delete(String subject) {
        String path = plural(subject);
        send(request(path).header("If-Match", etag(path)).DELETE());
    }

    /// Such as `suspend` a client or `revoke` a key.
    void command(String subject, String verb) {
        send(
                request(plural(subject) + "/" + verb)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    /// Whether what a lost gateway held comes back, `refund`, or counts as used, `book`.
    void decide(String forfeit, String verdict) {
        post("/forfeits/" + forfeit + "/" + verdict, Map.of());
    }

    /// The totals of a subject in the last minutes: requests, served, failed, canceled, refused.
    public Map<String, Long> usage(String subject) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        JsonNode total =
                get("/usage?subject=%s&from=%s&to=%s&granularity=minute"
                                .formatted(
                                        subject,
                                        now.minus(30, ChronoUnit.MINUTES),
                                        now.plus(1, ChronoUnit.MINUTES)))
                        .get("total");
        Map<String, Long> usage = new HashMap<>();
        total.properties().stream()
                .filter(field -> field.getValue().isIntegralNumber())
                .forEach(field -> usage.put(field.getKey(), field.getValue().asLong()));
        return usage;
    }

    private String id(String path, Map<String, ?> fields) {
        return post(path, fields).get("id").asString();
    }

    private JsonNode post(String path, Map<String, ?> fields) {
        return read(
                send(request(path)
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", UUID.randomUUID().toString())
                                .POST(body(fields)))
                        .body());
    }

    private String etag(String path) {
        return send(request(path)).headers().firstValue("ETag").orElseThrow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    /// Asks again, as it is told to, where the database was too slow: what has a key for that is
    /// done once.
    private HttpResponse<String> send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            for (int more = MORE_TRIES; more > 0 && response.statusCode() == 503; more--) {
                response = http.send(request, HttpResponse.BodyHandlers.ofString());
            }
            if (response.statusCode() / 100 != 2) {
                throw new AssertionError(
                        request + ": " + response.statusCode() + " " + response.body());
            }
            return response;
        } catch (IOException failed) {
            throw new UncheckedIOException(request.toString(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String plural(String subject) {
        return switch (subject.substring(0, 4)) {
            case "rsl_" -> "/resellers/" + subject;
            case "cli_" -> "/clients/" + subject;
            case "key_" -> "/keys/" + subject;
            case "grp_" -> "/groups/" + subject;
            case "rul_" -> "/rules/" + subject;
            default -> throw new IllegalArgumentException(subject);
        };
    }

    private static String name(String noun) {
        return noun + " " + names.incrementAndGet();
    }

    private static HttpRequest.BodyPublisher body(Map<String, ?> fields) {
        return HttpRequest.BodyPublishers.ofString(json.writeValueAsString(fields));
    }

    private static JsonNode read(String body) {
        return json.readTree(body);
    }
}
