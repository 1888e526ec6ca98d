package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// What a reseller pays, earns and has is told to none of its clients and to no other reseller, by
/// any operation of the OpenAPI document; of its own tokens, to those for money and for the audit
/// log, which tells what was before and after.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HiddenMoneyTest {

    private static final Map<String, String> BUDGET =
            Map.of("price", "101.987654321", "cost", "61.234567891");

    /// Of the cost, the margin, and the balance before and after the key was sold.
    private static final String[] DIGITS = {
        "61.23456789",
        "6123456789",
        "40.75308643",
        "4075308643",
        "12291.2468",
        "122912468",
        "12230.0122",
        "122300122"
    };

    private static final String[] WORDS = {"\"cost", "cost\"", "margin", "profit", "commission"};
    private static final Set<String> OF_MONEY = Set.of("money:read", "audit:read");

    final Running running = Running.shared();
    final Description description = Description.of(running.anonymous());
    final Tenant sibling = Tenant.of(running);
    final JsonNode key;
    final Tenant own;

    HiddenMoneyTest() {
        Tenant tenant = Tenant.of(running);
        Fixture fixture = tenant.fixture();
        var operator = new Api(running.api());
        operator.post(
                        "/resellers/" + fixture.reseller() + "/top-ups",
                        Map.of("amount", "7351.246813579"))
                .expectStatus()
                .isCreated();
        key =
                Api.json(
                        operator.post(
                                        "/clients/" + fixture.client() + "/keys",
                                        Map.of("label", "Sold", "budget", BUDGET))
                                .expectStatus()
                                .isCreated());
        var sold =
                new Fixture(
                        fixture.reseller(),
                        fixture.client(),
                        key.get("id").stringValue(),
                        fixture.group(),
                        fixture.rule(),
                        fixture.token());
        own = new Tenant(running, sold, tenant.api());
    }

    Stream<Operation> operations() {
        return description.operations().stream().filter(operation -> !operation.isOpen());
    }

    Stream<Operation> questions() {
        return operations()
                .filter(operation -> operation.method().equals(HttpMethod.GET))
                .filter(operation -> operation.isFor("reseller"));
    }

    Stream<Operation> questionsBesideMoney() {
        return questions().filter(operation -> !OF_MONEY.contains(operation.scope()));
    }

    @Test
    void theDigitsAreThere() {
        String reseller = "/resellers/" + own.fixture().reseller();

        assertThat(told(own.api(), "/keys/" + own.fixture().key() + "/budget"))
                .contains("61.234567891", "margin_percent");
        assertThat(told(own.api(), reseller + "/balance")).contains("12230.012245688");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aClientsKeyOpensNothing(Operation operation) {
        var client = new Api(running.as(key.get("secret").stringValue()));

        var answer = ask(client, operation);

        answer.expectStatus().isUnauthorized();
        assertThat(text(answer)).doesNotContainIgnoringCase(WORDS).doesNotContain(DIGITS);
    }

    @Test
    void thereAreNoTokensForClients() {
        var asked = Map.of("name", "Token", "role", "client", "scopes", Set.of("*"));

        own.api().post("/tokens", asked).expectStatus().isEqualTo(422);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anotherResellerIsRefusedWithoutAFigure(Operation operation) {
        assertThat(text(ask(sibling.api(), operation))).doesNotContain(DIGITS);
    }

    @ParameterizedTest
    @MethodSource("questions")
    void anotherResellerSeesNoFigureInWhatIsItsOwn(Operation operation) {
        assertThat(told(sibling.api(), sibling.fixture().path(operation))).doesNotContain(DIGITS);
    }

    @ParameterizedTest
    @MethodSource("questionsBesideMoney")
    void whatIsNotAboutMoneyTellsNone(Operation operation) {
        Api all = own.api();

        assertThat(told(all, own.fixture().path(operation)))
                .doesNotContainIgnoringCase(WORDS)
                .doesNotContain(DIGITS);
    }

    private ResponseSpec ask(Api as, Operation operation) {
        String path = own.fixture().path(operation);
        return operation.method().equals(HttpMethod.GET)
                ? as.get(path)
                : as.send(
                        operation.method(),
                        path,
                        operation.details().has("requestBody")
                                ? description.example(description.body(operation))
                                : "",
                        "*");
    }

    private static String told(Api as, String path) {
        return text(as.get(path));
    }

    /// Headers too.
    private static String text(ResponseSpec answer) {
        var result = answer.expectBody().returnResult();
        byte[] body = Objects.requireNonNullElse(result.getResponseBody(), new byte[0]);
        return result.getResponseHeaders() + "\n" + new String(body, StandardCharsets.UTF_8);
    }
}
