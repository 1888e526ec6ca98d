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

    ApartCases(Running running) {
        this.running = running;
        this.description = Description.of(running.anonymous());
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
        Tenant.of(running);
        Tenant own = Tenant.of(running);
        List<String> before = Stored.everything(running);

        Object body = body(operation);
        if (body instanceof ObjectNode named && named.has("subject")) {
            named.put("subject", own.fixture().client());
        }
        Answer answer = ask(own, operation, own.fixture(), body);

        assertThat(own.leaks(answer.body())).isEmpty();
        if (operation.isFor("reseller")) {
            assertThat(own.fixture().knows(operation)).as("Fixture has one to ask for").isTrue();
            assertThat(answer.status()).as(answer.body()).isNotIn(401, 403, 404).isLessThan(500);
        } else {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(Stored.everything(running)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("onOne")
    void whatIsAnothersIsAsIfItWereNot(Operation operation) {
        Tenant own = Tenant.of(running);
        Tenant sibling = Tenant.of(running);
        List<String> before = Stored.everything(running);

        Answer answer = ask(own, operation, sibling.fixture(), body(operation));

        assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
        assertThat(anonymous(answer))
                .isEqualTo(anonymous(ask(own, operation, nobody(), body(operation))));
        assertThat(Stored.everything(running)).isEqualTo(before);
    }

    /// What belongs to the operator, and to no reseller.
    @ParameterizedTest
    @MethodSource("onOne")
    void whatIsAboveIsAsIfItWereNot(Operation operation) {
        Tenant own = Tenant.of(running);
        var operators = Map.of("name", "Operator", "role", "operator", "scopes", List.of("*"));
        String above = Api.id(new Api(running.api()).post("/tokens", operators));
        List<String> before = Stored.everything(running);

        Answer answer = ask(own, operation, everywhere(above.substring(4)), body(operation));

        assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
        assertThat(Stored.everything(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void whatIsAnothersIsNotNamedInABody(Operation operation) {
        Tenant own = Tenant.of(running);
        Tenant sibling = Tenant.of(running);
        List<String> before = Stored.everything(running);

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
        assertThat(Stored.everything(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("withQuery")
    void whatIsAnothersIsNotNamedInAQuery(Operation operation) {
        Tenant own = Tenant.of(running);
        Fixture sibling = Tenant.of(running).fixture();
        List<String> before = Stored.everything(running);

        for (String name : queryIds(operation)) {
            for (String id :
                    List.of(
                            sibling.reseller(),
                            sibling.client(),
                            sibling.key(),
                            sibling.group(),
                            sibling.rule())) {
                String path = own.fixture().path(operation) + "?" + name + "=" + id;
                Answer answer = answered(own.api(), operation, path, body(operation));
                assertThat(answer.status()).isEqualTo(operation.isFor("reseller") ? 404 : 403);
                assertThat(own.leaks(answer.body())).isEmpty();
            }
        }
        assertThat(Stored.everything(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void itsScopeIsNeededAndNoOther(Operation operation) {
        Tenant own = Tenant.of(running);
        List<String> others = new ArrayList<>();
        for (JsonNode scope : description.document().at("/components/schemas/Scope/enum")) {
            String word = scope.stringValue();
            if (!word.equals("*")
                    && !word.split(":", -1)[0].equals(operation.scope().split(":", -1)[0])) {
                others.add(word);
            }
        }
        Api without = own.with(others.toArray(String[]::new));
        Api with = own.with(operation.scope());
        List<String> before = Stored.everything(running);

        String path = own.fixture().path(operation);
        assertThat(answered(without, operation, path, body(operation)).status()).isEqualTo(403);
        assertThat(Stored.everything(running)).isEqualTo(before);
        if (operation.isFor("reseller")) {
            assertThat(answered(with, operation, path, body(operation)).status()).isNotEqualTo(403);
        }
        if (operation.scope().endsWith(":write")) {
            Api reading = own.with(operation.scope().replace(":write", ":read"), "usage:read");
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
