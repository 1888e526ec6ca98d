package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Money from the reseller's top-up to the last request that it pays for, over three gateways.
class BudgetIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    String reseller;
    String client;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(Cluster.PATIENT);
        cluster = Cluster.start(BudgetIT.class, 3, settings);
        admin = cluster.admin();
        admin.price("demo", "0.342");
        load = new Load(20);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @BeforeEach
    void aResellerWithTwoHundred() {
        reseller = admin.reseller(1_000_000);
        admin.topUp(reseller, "200");
        client = admin.client(reseller, 100_000);
    }

    @Test
    void whatAClientSpendsEarnsItsResellerAndTheRestComesBack() {
        ApiKey key = key("100", "60");
        assertThat(text(balance(), "balance")).isEqualTo("140.00");

        var spent = load.send(100, turn -> cluster.anywhere(turn, "/budget", key));

        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 100L));
        Eventually.equal(SOON, "34.20", () -> text(budget(key), "spent"));
        assertThat(text(budget(key), "profit")).isEqualTo("13.68");
        assertThat(text(budget(key), "remaining")).isEqualTo("65.80");
        assertThat(budget(key).get("margin_percent").toString()).isEqualTo("40");
        earnsAtOnceWhatIsSpent(key);

        admin.topUp(key.id(), "50");
        assertThat(text(budget(key), "price")).isEqualTo("150.00");
        assertThat(text(balance(), "balance")).isEqualTo("110.00");
        seesItsOwnPriceOnly(key);

        admin.delete(key.id());
        long deleted = System.nanoTime();
        Eventually.equal(SOON, "179.48", () -> text(balance(), "balance"));
        Figure.print("back after %d ms".formatted((System.nanoTime() - deleted) / 1_000_000));
        assertThat(admin.get("/ledger/verify").get("verified").asBoolean()).isTrue();
        // all is booked now
        assertThat(text(revenue(), "revenue")).isEqualTo("34.20");
        assertThat(text(usage(key.id()), "credits")).isEqualTo("34.20");
    }

    @Test
    void asManyAreServedAsFitIntoTheBudgetWhereverTheyCall() {
        ApiKey key = key("34.20", "20.52");

        var spent = load.send(400, turn -> cluster.anywhere(turn, "/spend", key));

        Figure.print("budget for 100, 400 sent: %s".formatted(spent));
        assertThat(spent.count(200)).isEqualTo(100);
        assertThat(cluster.upstream().at("/spend").count()).isEqualTo(100);
        Eventually.equal(SOON, "34.20", () -> text(budget(key), "spent"));
        assertThat(load.send(cluster.anywhere(0, "/spend", key)).status()).isEqualTo(402);

        admin.topUp(key.id(), "0.342");
        Eventually.equal(SOON, 200, () -> load.send(cluster.anywhere(1, "/after", key)).status());
        assertThat(load.send(cluster.anywhere(2, "/after", key)).status()).isEqualTo(402);
    }

    @Test
    void aBudgetForSevenServesSevenOfTwenty() {
        ApiKey key = key("2.394", "1");

        var spent = load.send(20, turn -> cluster.anywhere(turn, "/seven?delay=200", key));

        Figure.print("budget for 7, 20 at once over three gateways: %s".formatted(spent));
        assertThat(spent.count(200)).isEqualTo(7);
    }

    @Test
    void whatAKilledGatewayHadSpentIsToldOnceByTheBudgetAndByTheUsage() {
        ApiKey key = key("100", "60");
        var spent = load.send(100, turn -> cluster.anywhere(turn, "/killed", key));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 100L));

        cluster.gateway(1).program().kill();
        cluster.gateway(1).program().restart();

        Eventually.equal(SOON, "34.20", () -> text(budget(key), "spent"));
        Eventually.equal(SOON, "34.20", () -> text(usage(key.id()), "credits"));
        assertThat(text(revenue(), "revenue")).isEqualTo("34.20");
    }

    private void earnsAtOnceWhatIsSpent(ApiKey key) {
        assertThat(text(revenue(), "revenue")).isEqualTo("34.20");
        assertThat(text(revenue(), "cost")).isEqualTo("20.52");
        assertThat(text(revenue(), "margin")).isEqualTo("13.68");
        Eventually.equal(SOON, "34.20", () -> text(usage(key.id()), "credits"));
        assertThat(text(usage(client), "credits")).isEqualTo("34.20");
        assertThat(text(usage(reseller), "credits")).isEqualTo("34.20");
    }

    private JsonNode revenue() {
        return admin.get("/resellers/" + reseller + "/revenue").get("total");
    }

    private static JsonNode usage(String subject) {
        return admin.get("/usage?granularity=minute&subject=" + subject).get("total");
    }

    private static void seesItsOwnPriceOnly(ApiKey key) {
        for (Cluster.Gateway gateway : cluster.gateways()) {
            Answer me = load.send(Call.bearer(gateway.url() + "/weir/v1/me", key.secret()));
            assertThat(me.body()).contains("\"150.00\"").contains("\"34.20\"");
            assertThat(me.body() + me.headers())
                    .doesNotContainIgnoringCase(
                            "cost", "margin", "profit", "\"90.00\"", "\"110.00\"");
        }
    }

    private ApiKey key(String price, String cost) {
        Map<String, Object> limits = new HashMap<>(Admin.UNLIMITED);
        limits.put("budget", Map.of("price", price, "cost", cost));
        return admin.key(client, limits);
    }

    private static JsonNode budget(ApiKey key) {
        return admin.get("/keys/" + key.id() + "/budget");
    }

    private JsonNode balance() {
        return admin.get("/resellers/" + reseller + "/balance");
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).asString();
    }
}
