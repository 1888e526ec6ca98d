package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What requests cost a key with a budget, in a whole gateway.
class PricedRequestsTest extends PricedGateway {

    final Customer customer = world.customer(1_000_000, "1000000, 1000");

    @BeforeEach
    void prices() {
        world.changePrices(
                """
                DELETE FROM price;
                INSERT INTO price (route, model, per_request, input)
                    VALUES ('priced', '*', 250000000, NULL), ('models', 'small', 100000000, NULL),
                           ('models', 'large', 700000000, NULL), ('models', 'tokens', 0, 3000000000);
                UPDATE price_book SET revision = revision + 1
                """);
        budget(10);
        eventually(() -> get("/priced/a").statusCode() == 200);
    }

    @Test
    void eachRequestIsChargedItsPriceAndBeyondTheBudgetNoneIsServed() {
        long before = spent();
        for (int i = 0; i < 39; i++) {
            assertThat(get("/priced/a").statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = get("/priced/a");

        assertThat(refused.statusCode()).isEqualTo(402);
        assertThat(json(refused).get("type").stringValue())
                .isEqualTo("urn:weir:problem:insufficient-balance");
        assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
        eventually(() -> spent() == 10 * CREDIT);
        assertThat(before).isLessThanOrEqualTo(CREDIT / 4);
    }

    @ParameterizedTest
    @CsvSource({
        "/priced/a?status=503, 0",
        "/priced/a?status=404, 0",
        "/bounded/a, 500000000",
        "/stated/a, 123456789",
        "/stated/a?status=500, 123456789",
        "/garbled/a, 500000000",
        "/silent/a, 500000000",
        "/silent/a?status=500, 0",
        "/stalled/a?does=stall, 250000000"
    })
    void whatTheUpstreamSaysDecides(String path, long nanos) {
        eventually(() -> spent() == CREDIT / 4);

        HttpResponse<String> answer = get(path);

        assertThat(answer.headers().firstValue("X-Cost")).isEmpty();
        eventually(() -> spent() == CREDIT / 4 + nanos && unexplained() == 0);
        eventually(() -> told("usage_minute") == spent());
        assertThat(told("usage_hour")).isEqualTo(spent());
    }

    @ParameterizedTest
    @CsvSource({"small, 100000000", "large, 700000000"})
    void modelsHavePricesOfTheirOwn(String model, long nanos) {
        eventually(() -> spent() == CREDIT / 4);

        assertThat(post("/models/a", "{\"model\":\"%s\"}".formatted(model)).statusCode())
                .isEqualTo(200);
        eventually(() -> spent() == CREDIT / 4 + nanos);
    }

    @ParameterizedTest
    @CsvSource({"/unpriced/a, {}", "/models/a, {}", "/models/a, {\"model\":\"tokens\"}"})
    void whatHasNoPriceThatIsKnownIsRefused(String path, String body) {
        HttpResponse<String> refused = post(path, body);

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).get("detail").stringValue()).contains("no price");
    }

    @Test
    void withoutALimitOnCreditsNothingNeedsAPrice() {
        Customer free = world.customer(100, "100, 10");

        assertThat(send(request("/unpriced/a", free).GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void ofTwentyAtOnceAsManyAreServedAsFitAtTheirWorst() {
        eventually(() -> spent() == CREDIT / 4 && unexplained() == 0);
        // 9.75 are left: 6.25 more are spent here, so that exactly seven worst cases fit
        for (int i = 0; i < 25; i++) {
            assertThat(get("/priced/a").statusCode()).isEqualTo(200);
        }
        List<Integer> statuses =
                IntStream.range(0, 20)
                        .parallel()
                        .mapToObj(_ -> get("/bounded/a?delay=300").statusCode())
                        .toList();

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(7);
        assertThat(statuses).filteredOn(status -> status != 200).containsOnly(402, 429);
        eventually(() -> spent() == 10 * CREDIT && unexplained() == 0);
        eventually(() -> told("usage_minute") == spent());
    }

    @Test
    void aCallerSeesItsBudgetInItsOwnPrice() {
        eventually(() -> spent() == CREDIT / 4 && unexplained() == 0);

        HttpResponse<String> me = get("/weir/v1/me");

        JsonNode budget =
                json(me).get("limits")
                        .valueStream()
                        .filter(limit -> limit.get("policy").stringValue().equals("budget"))
                        .findFirst()
                        .orElseThrow();
        assertThat(budget.get("limit").stringValue()).isEqualTo("10.00");
        assertThat(budget.get("used").stringValue()).isEqualTo("0.25");
        assertThat(budget.get("remaining").stringValue()).isEqualTo("9.75");
        assertThat(me.body()).doesNotContainIgnoringCase("cost", "margin", "profit");
    }

    private void budget(long credits) {
        world.change(
                customer.key(),
                "SELECT top_up('%1$s', %3$d); SELECT open_budget('%2$s', %3$d, %4$d)"
                        .formatted(
                                customer.reseller(),
                                customer.key(),
                                credits * CREDIT,
                                credits * CREDIT * 6 / 10));
    }

    private long spent() {
        return world.number(
                "SELECT used FROM counter WHERE subject = '%s' AND policy = 'budget'"
                        .formatted(customer.key()));
    }

    private long told(String table) {
        return world.number(
                "SELECT sum(credits) FROM %s WHERE key_id = '%s'".formatted(table, customer.key()));
    }

    /// What is reserved is what is leased or spent, and nothing else: nothing is booked here.
    private long unexplained() {
        return world.number(
                        "SELECT reserved FROM account WHERE key_id = '%s' AND kind = 'budget'"
                                .formatted(customer.key()))
                - world.number(
                        "SELECT used + leased FROM counter WHERE subject = '%s' AND policy = 'budget'"
                                .formatted(customer.key()));
    }

    private HttpResponse<String> get(String path) {
        return send(request(path, customer).GET());
    }

    private HttpResponse<String> post(String path, String body) {
        return send(
                request(path, customer)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }
}
