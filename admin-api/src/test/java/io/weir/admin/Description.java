package io.weir.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI document as it is served, and what tests make of it.
final class Description {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    /// @param path with its variables
    record Operation(HttpMethod method, String path, JsonNode details) {

        boolean isConditional() {
            return details.get("responses").has("428");
        }

        boolean isOpen() {
            return details.has("security") && details.get("security").isEmpty();
        }

        boolean isFor(String role) {
            return details.path("x-weir-roles")
                    .valueStream()
                    .anyMatch(one -> one.asString("").equals(role));
        }

        String scope() {
            return details.path("x-weir-scope").asString("");
        }

        boolean takesPages() {
            return details.path("parameters").toString().contains("/Cursor");
        }

        String kind() {
            return path.split("/", -1)[3];
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private final JsonNode document;

    private Description(JsonNode document) {
        this.document = document;
    }

    static Description of(WebTestClient client) {
        return new Description(Api.json(client.get().uri("/v3/api-docs").exchange()));
    }

    JsonNode document() {
        return document;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (var path : document.get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    String method = operation.getKey().toUpperCase(Locale.ROOT);
                    operations.add(
                            new Operation(
                                    HttpMethod.valueOf(method),
                                    path.getKey(),
                                    operation.getValue()));
                }
            }
        }
        return operations;
    }

    /// What needs no token takes only what is signed.
    List<Operation> withJsonBody() {
        return operations().stream()
                .filter(one -> !one.isOpen())
                .filter(one -> one.details().has("requestBody"))
                .filter(one -> kind(one).equals(MediaType.APPLICATION_JSON))
                .toList();
    }

    /// Of a body.
    MediaType kind(Operation operation) {
        return MediaType.valueOf(
                operation.details().at("/requestBody/content").propertyNames().iterator().next());
    }

    JsonNode body(Operation operation) {
        return resolved(
                operation
                        .details()
                        .at("/requestBody/content")
                        .get(kind(operation).toString())
                        .get("schema"));
    }

    /// A body that is taken.
    String valid(Operation operation) {
        JsonNode example = example(body(operation));
        return example.isString() ? example.stringValue() : example.toString();
    }

    JsonNode resolved(JsonNode schema) {
        return schema.has("$ref")
                ? document.at(schema.get("$ref").stringValue().substring(1))
                : schema;
    }

    /// A value that a schema allows, with every property there is.
    JsonNode example(JsonNode stated) {
        JsonNode schema = resolved(stated);
        if (schema.has("examples")) {
            return schema.get("examples").get(0);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        if (allows(schema, "null")) {
            return JsonNodeFactory.instance.nullNode();
        }
        return switch (schema.get("type").stringValue()) {
            case "object" -> object(schema);
            case "array" -> JsonNodeFactory.instance.arrayNode().add(example(schema.get("items")));
            case "boolean" -> JsonNodeFactory.instance.booleanNode(true);
            case "integer" -> JsonNodeFactory.instance.numberNode(schema.get("minimum").asLong());
            default -> JsonNodeFactory.instance.stringNode("text");
        };
    }

    private ObjectNode object(JsonNode schema) {
        var object = JsonNodeFactory.instance.objectNode();
        for (var property : schema.get("properties").properties()) {
            object.set(property.getKey(), example(property.getValue()));
        }
        return object;
    }

    static boolean allows(JsonNode schema, String type) {
        JsonNode types = schema.path("type");
        return types.isArray()
                ? types.valueStream().anyMatch(one -> one.stringValue().equals(type))
                : Optional.of(types.asString("")).filter(type::equals).isPresent();
    }
}
