package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Every operation of the OpenAPI document, asked with a reseller's token for what is its own, for
/// what is another reseller's, and for what is above both.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ApartCases {

    private record Answer(int status, String body) {}

    final Running running;
    final Description description;

    /// For questions and refusals, which change nothing of either: each test says so.
    final Tenant own;

    final Tenant sibling;

    /// What belongs to the operator, and to no reseller.
    final String above;

    ApartCases(Running running) {
        this.running = running;
        this.description = Description.of(running.anonymous());
        this.own = Tenant.of(running);
        this.sibling = Tenant.of(running);
        var operators = Map.of("name", "Operator", "role", "operator", "scopes", List.of("*"));
        this.above = Api.id(new Api(running.api()).post("/tokens", operators)).substring(4);
    }

    Stream<Operation> operations() {
        return description.operations().stream().filter(operation -> !operation.isOpen());
    }

    Stream<Operation> onOne() {
        return operations().filter(operation -> operation.path().contains("{"));
    }

    Stream<Operation> withBody() {
        return operations().filter(operation -> operation.details().has("requestBody"));
    }

    Stream<Operation> withQuery() {
        return operations().filter(operation -> !queryIds(operation).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void itsOwnIsServedAndNothingElse(Operation operation) {
        Tenant fresh = Tenant.of(running);
        List<String> before = Stored.versions(running);

        Object body = body(operation);
        if (body instanceof ObjectNode named && named.has("subject")) {
            named.put("subject", fresh.fixture().client());
        }
        Answer answer = ask(fresh, operation, fresh.fixture(), body);

        assertThat(fresh.leaks(answer.body())).isEmpty();
        if (operation.isFor("reseller")) {
            assertThat(fresh.fixture().knows(operation)).as("Fixture has one to ask for").isTrue();
            assertThat(answer.status()).as(answer.body()).isNotIn(401, 403, 404).isLessThan(500);
        } else {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(Stored.versions(running)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("onOne")
    void whatIsAnothersIsAsIfItWereNot(Operation operation) {
        List<String> before = Stored.versions(running);

        Answer answer = ask(own, operation, sibling.fixture(), body(operation));

        assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
        assertThat(anonymous(answer))
                .isEqualTo(anonymous(ask(own, operation, nobody(), body(operation))));
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("onOne")
    void whatIsAboveIsAsIfItWereNot(Operation operation) {
        List<String> before = Stored.versions(running);

        Answer answer = ask(own, operation, everywhere(above), body(operation));

        assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void whatIsAnothersIsNotNamedInABody(Operation operation) {
        List<String> before = Stored.versions(running);

        JsonNode schema = description.body(operation);
        if (!Description.allows(schema, "object") || !operation.isFor("reseller")) {
            return;
        }
        for (String member : schema.get("properties").propertyNames()) {
            if (holdsIds(member)) {
                var body = (ObjectNode) body(operation);
                body.put(member, ofKind(sibling.fixture(), member));
                Answer answer = ask(own, operation, own.fixture(), body);
                assertThat(answer.status()).as(member + answer.body()).isEqualTo(404);
                assertThat(answer.body()).contains("\"pointer\":\"/" + member + "\"");
                assertThat(own.leaks(answer.body())).isEmpty();
            }
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("withQuery")
    void whatIsAnothersIsNotNamedInAQuery(Operation operation) {
        Fixture others = sibling.fixture();
        List<String> before = Stored.versions(running);

        for (String name : queryIds(operation)) {
            for (String id :
                    List.of(
                            others.reseller(),
                            others.client(),
                            others.key(),
                            others.group(),
                            others.rule())) {
                String path = own.fixture().path(operation) + "?" + name + "=" + id;
                Answer answer = answered(own.api(), operation, path, body(operation));
                assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
                assertThat(own.leaks(answer.body())).isEmpty();
            }
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void itsScopeIsNeededAndNoOther(Operation operation) {
        Tenant fresh = Tenant.of(running);
        List<String> others = new ArrayList<>();
        for (JsonNode scope : description.document().at("/components/schemas/Scope/enum")) {
            String word = scope.stringValue();
            if (!word.equals("*")
                    && !word.split(":", -1)[0].equals(operation.scope().split(":", -1)[0])) {
                others.add(word);
            }
        }
        Api without = fresh.with(others.toArray(String[]::new));
        Api with = fresh.with(operation.scope());
        List<String> before = Stored.versions(running);

        String path = fresh.fixture().path(operation);
        assertThat(answered(without, operation, path, body(operation)).status()).isEqualTo(403);
        assertThat(Stored.versions(running)).isEqualTo(before);
        if (operation.isFor("reseller")) {
            assertThat(answered(with, operation, path, body(operation)).status()).isNotEqualTo(403);
        }
        if (operation.scope().endsWith(":write")) {
            Api reading = fresh.with(operation.scope().replace(":write", ":read"), "usage:read");
            assertThat(answered(reading, operation, path, body(operation)).status()).isEqualTo(403);
        }
    }

    private static Answer ask(Tenant as, Operation operation, Fixture what, Object body) {
        return answered(as.api(), operation, what.path(operation), body);
    }

    private static Answer answered(Api api, Operation operation, String path, Object body) {
        var result = api.send(operation.method(), path, body, "*").expectBody().returnResult();
        byte[] bytes = Objects.requireNonNullElse(result.getResponseBody(), new byte[0]);
        return new Answer(result.getStatus().value(), new String(bytes, StandardCharsets.UTF_8));
    }

    /// A body as described, without what only operators set.
    private Object body(Operation operation) {
        if (!operation.details().has("requestBody")) {
            return "";
        }
        JsonNode schema = description.body(operation);
        JsonNode body = description.example(schema);
        schema.path("properties")
                .properties()
                .forEach(
                        property -> {
                            if (property.getValue().has("x-weir-roles")) {
                                ((ObjectNode) body).remove(property.getKey());
                            }
                        });
        return body;
    }

    private List<String> queryIds(Operation operation) {
        return operation
                .details()
                .path("parameters")
                .valueStream()
                .map(parameter -> description.resolved(parameter).get("name").stringValue())
                .filter(ApartCases::holdsIds)
                .toList();
    }

    private static boolean holdsIds(String name) {
        return name.equals("subject") || name.endsWith("_id");
    }

    private static String ofKind(Fixture fixture, String member) {
        return switch (member) {
            case "reseller_id" -> fixture.reseller();
            case "client_id", "subject" -> fixture.client();
            case "key_id" -> fixture.key();
            case "group_id" -> fixture.group();
            case "rule_id" -> fixture.rule();
            default -> throw new IllegalArgumentException("Whose is a " + member + "?");
        };
    }

    private static Fixture nobody() {
        return everywhere(UUID.randomUUID().toString());
    }

    private static Fixture everywhere(String uuid) {
        return new Fixture(
                "rsl_" + uuid,
                "cli_" + uuid,
                "key_" + uuid,
                "grp_" + uuid,
                "rul_" + uuid,
                "tok_" + uuid);
    }

    private static String anonymous(Answer answer) {
        return answer.body().replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id");
    }
}
