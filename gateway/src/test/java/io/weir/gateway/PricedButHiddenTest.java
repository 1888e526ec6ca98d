package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.eventuallyAnswers;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/// Whatever a client is answered, no word and no digit of it tells what it costs its reseller, what
/// that earns, or what that has.
class PricedButHiddenTest extends PricedGateway {

    private static final String PRICE = "987654321";
    private static final String COST = "612345678";
    private static final String BALANCE = "7351246813579";

    /// Of the cost, the margin and the balance, before and after the key was sold.
    private static final String[] DIGITS = {
        "61234567", "0.6123", "37530864", "0.3753", "735124681", "7351.2", "735063446", "7350.6"
    };

    private static final String[] WORDS = {
        "cost", "margin", "profit", "markup", "commission", "reseller balance", "reseller's balance"
    };

    private static final String LARGE = "{\"model\":\"m\",\"x\":\"" + "x".repeat(1 << 20) + "\"}";

    private static final List<String> DIALECTS = List.of("/priced/a", "/openai/a", "/anthropic/a");

    @Autowired MeterRegistry meters;

    final Customer customer = customer(1_000, "1000, 100");

    @BeforeEach
    void prices() {
        world.changePrices(
                """
                DELETE FROM price;
                INSERT INTO price (route, model, per_request)
                    SELECT route, '*', 250000000
                      FROM unnest('{priced,stated,openai,anthropic,dead,slow}'::text[]) route;
                UPDATE price_book SET revision = revision + 1
                """);
        eventuallyAnswers(200, () -> get("/priced/a", customer));
    }

    @AfterEach
    void nothingIsLeftUnderWay() {
        eventually(() -> active() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "/priced/a, 200",
        "/openai/a, 200",
        "/anthropic/a, 200",
        "/stated/a, 200",
        "/priced/a?status=500, 500",
        "/dead/a, 502",
        "/slow/a?delay=3000, 504",
        "/unpriced/a, 403",
        "/nothing/a, 404",
        "/weir/v1/me, 200"
    })
    void whatIsAnswered(String path, int status) {
        hides(get(path, customer), status);
    }

    @Test
    void whatAnUpstreamStatesIsNotPassedOnToWhoPaysNothingByItEither() {
        Customer free = world.customer(100, "100, 10");

        hides(get("/stated/a", free), 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE client SET status = 'suspended' WHERE id = '%1$s'",
                "UPDATE client SET status = 'disabled' WHERE id = '%1$s'",
                "UPDATE reseller SET status = 'suspended' WHERE id = '%3$s'",
                "UPDATE key SET revoked_at = now() WHERE id = '%2$s'",
                "UPDATE key SET expires_at = now() - interval '1 s' WHERE id = '%2$s'",
                "UPDATE key SET allowed_routes = '{other}' WHERE id = '%2$s'",
                "UPDATE key SET allowed_cidrs = '{10.0.0.0/8}' WHERE id = '%2$s'",
                """
                INSERT INTO rule (id, reseller_id, name, enabled, window_zone, window_weekdays)
                VALUES ('%2$s', '%3$s', 'r', true, 'UTC',
                        ARRAY[lower(to_char(now() AT TIME ZONE 'UTC' + interval '3 days', 'dy'))]);
                UPDATE key SET rule_id = '%2$s' WHERE id = '%2$s'
                """
            })
    void whoMayNotCallIsToldThat(String change) {
        String sql = change.formatted(customer.client(), customer.key(), customer.reseller());
        world.change(customer.key(), sql);
        world.change(customer.client(), "SELECT 1");
        world.change(customer.reseller(), "SELECT 1");

        for (String route : DIALECTS) {
            eventually(() -> get(route, customer).statusCode() == 403);
            hides(get(route, customer), 403);
        }
        hides(get("/weir/v1/me", customer));
    }

    @Test
    void whatIsSpent() {
        eventually(() -> get("/priced/a", customer).statusCode() == 402);

        hides(get("/priced/a", customer), 402);
        hides(get("/openai/a", customer), 429);
        hides(get("/anthropic/a", customer), 402);
        hides(get("/weir/v1/me", customer), 200);
    }

    @ParameterizedTest
    @CsvSource({"1000, '2, 100'", "2, '1000, 100'"})
    void whatIsExceeded(long quota, String limits) {
        Customer limited = customer(quota, limits);
        eventually(() -> get("/priced/a", limited).statusCode() == 429);

        for (String route : DIALECTS) {
            hides(get(route, limited), 429);
        }
        hides(get("/weir/v1/me", limited), 200);
    }

    /// The slot of the one, or the rest of the budget of the other, is held by what is under way.
    @ParameterizedTest
    @CsvSource({"'1000, 1', 1", "'1000, 100', 2"})
    void whatIsUnderWay(String limits, int served) throws Exception {
        Customer busy = customer(1_000, limits);
        for (int i = 0; i < served; i++) {
            eventuallyAnswers(200, Wire.ALONE, () -> get("/priced/a", busy));
        }
        try (var http = HttpClient.newHttpClient()) {
            var underWay =
                    http.sendAsync(
                            request("/priced/a?delay=4000", busy).build(), BodyHandlers.ofString());
            eventually(() -> active() == 1 || underWay.isDone());
            assertThat(underWay).isNotDone();
            for (String route : DIALECTS) {
                hides(get(route, busy), 429);
            }
            hides(get("/weir/v1/me", busy), 200);
            assertThat(underWay).succeedsWithin(Wire.DEADLINE);
        }
    }

    @Test
    void whatCanNotBeRead() {
        world.change(
                customer.key(),
                "UPDATE key SET allowed_models = '{m}' WHERE id = '%s'".formatted(customer.key()));
        eventually(() -> get("/priced/a?model=x", customer).statusCode() == 403);

        for (String route : DIALECTS) {
            hides(get(route + "?model=x", customer), 403);
            hides(post(route, "{\"model\":\"m\",\"model\":\"m\"}"), 400);
            hides(post(route, LARGE), 413);
        }
    }

    @Test
    void whoIsNotKnown() {
        var stranger =
                new Customer(
                        customer.reseller(),
                        customer.client(),
                        customer.key(),
                        "weir_sk_" + "0".repeat(38));
        for (String route : DIALECTS) {
            hides(get(route, stranger), 401);
        }
        hides(get("/weir/v1/me", stranger), 401);
    }

    @Test
    void whatTheDatabaseDoesNotTell() throws Exception {
        Customer unseen = customer(1_000, "1000, 100");
        Map<String, Integer> statuses =
                Map.of("/priced/a", 503, "/openai/a", 503, "/anthropic/a", 529, "/weir/v1/me", 503);
        try (var _ = world.locked("key")) {
            statuses.forEach((path, status) -> hides(get(path, unseen), status));
        }
        eventually(() -> get("/priced/a", unseen).statusCode() == 200);
    }

    private double active() {
        return meters.get("weir.requests.active").gauge().value();
    }

    private static Customer customer(long quota, String limits) {
        Customer sold = world.customer(quota, limits);
        world.change(
                sold.key(),
                "SELECT top_up('%1$s', %3$s); SELECT open_budget('%2$s', %4$s, %5$s)"
                        .formatted(sold.reseller(), sold.key(), BALANCE, PRICE, COST));
        return sold;
    }

    private static void hides(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        hides(answer);
    }

    private static void hides(HttpResponse<String> answer) {
        String told = answer.headers().map() + "\n" + answer.body();
        assertThat(told).doesNotContainIgnoringCase(WORDS).doesNotContain(DIGITS);
    }

    private HttpResponse<String> get(String path, Customer by) {
        return send(request(path, by).GET());
    }

    private HttpResponse<String> post(String path, String body) {
        return send(
                request(path, customer)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }
}
