package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

class OpenApiTest {

    static final Running running = Running.shared();
    static final Description description = Description.of(running.anonymous());

    static List<Operation> operations() {
        return description.operations();
    }

    @Test
    void itIsOpenApi31() {
        assertThat(description.document().get("openapi").stringValue()).startsWith("3.1.");
    }

    @Test
    void itDescribesEveryMappingAndNoOther() {
        Set<String> described =
                operations().stream()
                        .map(Operation::toString)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isEqualTo(mappings());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationIsExplained(Operation operation) {
        JsonNode details = operation.details();

        assertThat(details.path("operationId").asString("")).matches("[a-z][A-Za-z]+");
        assertThat(details.path("summary").asString("")).isNotBlank();
        assertThat(details.path("description").asString("")).isNotBlank();
        assertThat(details.path("tags")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationSaysHowItFails(Operation operation) {
        Set<String> failures = new TreeSet<>();
        for (String status : operation.details().get("responses").propertyNames()) {
            if (status.compareTo("400") >= 0) {
                failures.add(status);
            }
        }

        if (operation.isOpen()) {
            assertThat(failures).isNotEmpty();
        } else {
            assertThat(failures).contains("401", "403", "422", "503");
        }
        if (operation.path().contains("{id}")) {
            assertThat(failures).contains("404");
        }
        if (operation.details().has("requestBody")) {
            assertThat(failures).contains("400", "413", "415");
        }
    }

    /// The code reads them there, and starts with no operation that declares none.
    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationDeclaresItsRolesAndItsScope(Operation operation) {
        if (operation.isOpen()) {
            return;
        }
        assertThat(operation.isFor("operator")).isTrue();
        assertThat(operation.details().get("x-weir-roles"))
                .allMatch(role -> List.of("operator", "reseller").contains(role.stringValue()));
        assertThat(operation.scope()).matches("[a-z-]+:(read|write)");
        if (operation.method().equals(HttpMethod.GET)) {
            assertThat(operation.scope()).endsWith(":read");
        }
    }

    @Test
    void theScopesThatCanBeGrantedAreThoseThatAreNeeded() {
        Set<String> needed = new TreeSet<>(Set.of("*"));
        operations().stream()
                .filter(operation -> !operation.isOpen())
                .forEach(operation -> needed.add(operation.scope()));
        Set<String> described = new TreeSet<>();
        description
                .document()
                .at("/components/schemas/Scope/enum")
                .forEach(scope -> described.add(scope.stringValue()));

        assertThat(described).isEqualTo(needed);
    }

    @Test
    void operationIdsAreUnique() {
        assertThat(operations().stream().map(one -> one.details().get("operationId").stringValue()))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
        List<String> references = new ArrayList<>();
        references(description.document(), references);
        Set<String> components = new TreeSet<>();
        for (var kind : description.document().get("components").properties()) {
            if (!kind.getKey().equals("securitySchemes")) {
                kind.getValue()
                        .propertyNames()
                        .forEach(
                                name ->
                                        components.add(
                                                "/components/%s/%s"
                                                        .formatted(kind.getKey(), name)));
            }
        }

        assertThat(new TreeSet<>(references)).isEqualTo(components);
    }

    private static void references(JsonNode node, List<String> found) {
        if (node.has("$ref")) {
            found.add(node.get("$ref").stringValue().substring(1));
        }
        node.forEach(child -> references(child, found));
    }

    private static Set<String> mappings() {
        Set<String> mappings = new TreeSet<>();
        running.application
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(
                        mapping ->
                                mapping.getPatternsCondition()
                                        .getPatterns()
                                        .forEach(
                                                pattern ->
                                                        mapping.getMethodsCondition()
                                                                .getMethods()
                                                                .forEach(
                                                                        method ->
                                                                                mappings.add(
                                                                                        method + " "
                                                                                                + pattern))));
        return mappings;
    }
}
