package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;

/// Every operation of the OpenAPI document that changes something leaves one entry in the audit
/// log; one that is refused, or asks, leaves none and changes nothing.
class AuditedOperationsTest {

    /// Of what only gateways make: [ForfeitsTest] shows them.
    private static final Set<String> BEYOND = Set.of("nodes", "forfeits");

    static final Running running = Running.shared();
    static final Description description = Description.of(running.anonymous());

    /// For all that is asked and refused.
    static final Fixture untouched = Fixture.of(running);

    final Api api = new Api(running.api());
    Fixture fixture = untouched;

    static Stream<Operation> changes() {
        return operations().filter(operation -> operation.scope().endsWith(":write"));
    }

    static Stream<Operation> questions() {
        return operations().filter(operation -> operation.scope().endsWith(":read"));
    }

    static Stream<Operation> operations() {
        return description.operations().stream().filter(operation -> !operation.isOpen());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeLeavesOneEntry(Operation operation) {
        fixture = Fixture.of(running);
        prepare(operation);
        long before = entries();

        int status = ask(operation, "");

        if (BEYOND.contains(operation.kind())) {
            assertThat(status).isEqualTo(404);
        } else {
            assertThat(status).as(operation.toString()).isBetween(200, 299);
            assertThat(entries()).as(operation.toString()).isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aQuestionLeavesNone(Operation operation) {
        List<String> before = Stored.versions(running);

        ask(operation, "");

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatIsRefusedLeavesNone(Operation operation) {
        List<String> before = Stored.versions(running);

        assertThat(ask(operation, "?surplus=1")).isBetween(400, 499);

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    /// What is so already is not changed, and some things can't be done at once.
    private void prepare(Operation operation) {
        switch (operation.toString()) {
            case "DELETE /api/v1/resellers/{id}" -> fixture = with(api.reseller(null));
            case "POST /api/v1/resellers/{id}/reactivate" ->
                    api.post("/resellers/" + fixture.reseller() + "/suspend");
            case "POST /api/v1/clients/{id}/reactivate" ->
                    api.post("/clients/" + fixture.client() + "/suspend");
            case "POST /api/v1/keys/{id}/token-quota/reset" ->
                    api.patch(
                            "/keys/" + fixture.key(),
                            "{\"token_quota\": {\"limit\": 1, \"reset\": \"manual\"}}");
            case "POST /api/v1/rules/{id}/activate" ->
                    api.post("/rules/" + fixture.rule() + "/deactivate");
            case "DELETE /api/v1/reseller/{id}/quota" ->
                    fixture = limited("quota", "{\"max_vms\": 1}");
            case "DELETE /api/v1/reseller/{id}/resource-allocation" ->
                    fixture = limited("resource-allocation", "{\"max_cpu\": 1}");
            case "PUT /api/v1/prices" ->
                    api.send(HttpMethod.PUT, "/prices", "[]", "*").expectStatus().isOk();
            default -> {}
        }
    }

    /// With nothing that is in use.
    private Fixture limited(String what, String limits) {
        Fixture other = with(api.reseller(null));
        String path = "/reseller/%s/%s".formatted(other.reseller(), what);
        api.send(HttpMethod.PUT, path, limits, null).expectStatus().isOk();
        return other;
    }

    private Fixture with(String reseller) {
        return new Fixture(
                reseller,
                fixture.client(),
                fixture.key(),
                fixture.group(),
                fixture.rule(),
                fixture.token());
    }

    private int ask(Operation operation, String query) {
        Object body =
                operation.details().has("requestBody")
                        ? description.example(description.body(operation))
                        : "";
        var answer = api.send(operation.method(), fixture.path(operation) + query, body, "*");
        return Api.result(answer).getStatus().value();
    }

    /// An import is a change once it is through.
    private static long entries() {
        Imports.awaitAll(running);
        return Long.parseLong(running.rows("SELECT number FROM weir.audit_head").getFirst());
    }
}
