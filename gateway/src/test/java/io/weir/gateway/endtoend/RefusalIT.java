package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a refusal says, and that it takes nothing from the limits that did not refuse.
class RefusalIT {

    private static final Duration BOOKED = Duration.ofSeconds(2);
    private static final int REFUSALS = 200;

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        admin = cluster.admin();
        load = new Load(16);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @Test
    void theFourthOfThreePerMinuteIsToldWhyAndUntilWhen() {
        String client = admin.client(admin.reseller(1_000_000), 10_000);
        Call call = call("/rate", admin.key(client, Admin.perMinute(3)));
        var passed = load.send(3, call);
        Answer refused = load.send(call);

        Figure.print("rate 3 per minute: %s, then %s".formatted(passed, refused));
        assertThat(passed.outcomes()).isEqualTo(Map.of("200", 3L));
        assertThat(cluster.upstream().at("/rate").count()).isEqualTo(3);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Long.parseLong(refused.header("Retry-After").orElseThrow())).isBetween(1L, 20L);
        assertThat(refused.header("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        var problem = refused.json();
        assertThat(problem.get("type").asString())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.get("status").asInt()).isEqualTo(429);
        assertThat(problem.get("violated-policies").get(0).asString()).isEqualTo("rpm");
        assertThat(problem.get("limit").asLong()).isEqualTo(3);
        assertThat(problem.get("used").asLong()).isEqualTo(3);
        assertThat(problem.get("reserved").asLong()).isZero();
        assertThat(Instant.parse(problem.get("resets-at").asString())).isAfter(Instant.now());
        assertThat(problem.has("explain")).isTrue();
        assertThat(refused.header("x-request-id")).contains(problem.get("request-id").asString());
    }

    @Test
    void everyAnswerSaysWhatIsLeft() throws Exception {
        String client = admin.client(admin.reseller(1_000_000), 10_000);
        Call call = call("/fields", admin.key(client, Admin.perMinute(30)));
        Answer first = load.send(call);
        Answer second = load.send(call);

        Figure.print("fields: %s".formatted(second.headers()));
        assertThat(new Parser(first.header("RateLimit-Policy").orElseThrow()).parseList().get())
                .isNotEmpty();
        assertThat(new Parser(first.header("RateLimit").orElseThrow()).parseList().get())
                .isNotEmpty();
        assertThat(first.header("RateLimit-Policy").orElseThrow())
                .contains("\"rpm\";q=30;w=60")
                .contains("\"monthly\";q=10000;w=");
        assertThat(first.header("RateLimit").orElseThrow()).contains("\"rpm\";r=29");
        assertThat(second.header("RateLimit").orElseThrow())
                .contains("\"rpm\";r=28")
                .contains("\"monthly\";r=9998");
        assertThat(second.header("RateLimit-Policy")).isEqualTo(first.header("RateLimit-Policy"));
    }

    @Test
    void aKeyThatIsExhaustedTakesNothingOfItsClientAndReseller() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 10_000, Map.of("rate_limit", 100));
        ApiKey exhausted = admin.key(client, Admin.perMinute(3));
        ApiKey other = admin.key(client, Admin.UNLIMITED);
        assertThat(load.send(3, call("/key", exhausted)).count(200)).isEqualTo(3);

        var refusals = load.send(REFUSALS, call("/key", exhausted));
        var others = load.send(97, call("/other-key", other));

        Figure.print("exhausted key: %s, another of its client: %s".formatted(refusals, others));
        assertThat(refusals.outcomes()).isEqualTo(Map.of("429", (long) REFUSALS));
        assertThat(others.outcomes()).isEqualTo(Map.of("200", 97L));
        Eventually.equal(BOOKED, 100L, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BOOKED, 100L, () -> cluster.tables().used(reseller, "pool"));
    }

    @Test
    void aClientThatIsExhaustedTakesNothingOfItsKeyAndReseller() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 2);
        ApiKey key = admin.key(client, Admin.perMinute(50));
        assertThat(load.send(2, call("/client", key)).count(200)).isEqualTo(2);

        var refusals = load.send(REFUSALS, call("/client", key));
        admin.change(client, Map.of("monthly_quota", 1_000));
        Eventually.equal(BOOKED, 200, () -> load.send(call("/client", key)).status());
        var rest = load.send(47, call("/client", key));

        Figure.print("exhausted client: %s, then raised: %s".formatted(refusals, rest));
        assertThat(refusals.outcomes()).isEqualTo(Map.of("429", (long) REFUSALS));
        assertThat(rest.outcomes()).isEqualTo(Map.of("200", 47L));
        Eventually.equal(BOOKED, 50L, () -> cluster.tables().used(reseller, "pool"));
    }

    @Test
    void aPoolThatIsExhaustedTakesNothingOfItsClients() {
        String reseller = admin.reseller(10);
        String greedy = admin.client(reseller, 0, Map.of("overage", Map.of("mode", "unlimited")));
        String other = admin.client(reseller, 10);
        var spent = load.send(20, call("/pool", admin.key(greedy, Admin.UNLIMITED)));
        var refusals = load.send(REFUSALS, call("/pool", admin.key(other, Admin.UNLIMITED)));

        Figure.print("exhausted pool: %s, another client: %s".formatted(spent, refusals));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 10L, "429", 10L));
        assertThat(refusals.outcomes()).isEqualTo(Map.of("429", (long) REFUSALS));
        assertThat(refusals.first(429).getFirst().body()).contains("\"pool\"");
        Eventually.equal(BOOKED, 10L, () -> cluster.tables().used(reseller, "pool"));
        Eventually.equal(BOOKED, 0L, () -> cluster.tables().used(other, "monthly"));
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
