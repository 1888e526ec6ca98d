package io.weir.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A body with one thing wrong in it.
///
/// @param pointer which field the refusal has to name
record Defect(String pointer, String body) {

    private static final Map<String, String> VALUES =
            Map.of(
                    "string", "\"1\"", "integer", "1", "boolean", "true", "array", "[]", "object",
                    "{}");
    private static final List<String> NUMBERS =
            List.of(
                    "1.5",
                    "-1",
                    "1000000000000000000000000000000",
                    "-1000000000000000000000000000000",
                    "9223372036854775807",
                    "1e400",
                    "1e999999999");
    private static final List<String> STRINGS =
            List.of(
                    "\"\"",
                    "\" \"",
                    "\"a\\u0000b\"",
                    "\"a\\u001bb\"",
                    "\"a\\u0085b\"",
                    "\"a\\ud800b\"",
                    "\"" + "x".repeat(5000) + "\"");
    private static final List<String> STRANGERS =
            List.of(
                    "\"no such word\"",
                    "\"-99\"",
                    "\"1e3\"",
                    "\"2000-01-01\"",
                    "\"0001-01-01T00:00:00Z\"");

    /// All that can be wrong below a value.
    static List<Defect> of(Description description, JsonNode schema, JsonNode valid) {
        List<Defect> defects = new ArrayList<>();
        collect(description, description.resolved(schema), valid, "", defects);
        return defects;
    }

    private static void collect(
            Description description,
            JsonNode schema,
            JsonNode root,
            String pointer,
            List<Defect> defects) {
        if (Description.allows(schema, "array")) {
            JsonNode item = description.resolved(schema.get("items"));
            value(item, root, pointer + "/0", defects);
            collect(description, item, root, pointer + "/0", defects);
        }
        if (!Description.allows(schema, "object")) {
            return;
        }
        defects.add(member(root, pointer, "surplus", "\"surplus\":1"));
        for (var property : schema.get("properties").properties()) {
            String name = property.getKey();
            String at = pointer + "/" + name;
            JsonNode field = description.resolved(property.getValue());
            defects.add(member(root, pointer, name, "\"%1$s\":null,\"%1$s\":null".formatted(name)));
            if (schema.path("required").toString().contains('"' + name + '"')) {
                JsonNode without = root.deepCopy();
                ((ObjectNode) without.at(pointer)).remove(name);
                defects.add(new Defect(at, without.toString()));
            }
            value(field, root, at, defects);
            collect(description, field, root, at, defects);
        }
    }

    private static void value(JsonNode field, JsonNode root, String at, List<Defect> defects) {
        List<String> wrong = new ArrayList<>();
        VALUES.forEach(
                (type, value) -> {
                    if (!Description.allows(field, type)) {
                        wrong.add(value);
                    }
                });
        if (!Description.allows(field, "null")) {
            wrong.add("null");
        }
        wrong.addAll(Description.allows(field, "string") ? STRINGS : NUMBERS);
        if (field.has("enum") || field.has("examples")) {
            wrong.addAll(STRANGERS);
        }
        wrong.forEach(value -> defects.add(new Defect(at, with(root, at, value))));
    }

    private static Defect member(JsonNode root, String parent, String name, String members) {
        JsonNode copy = root.deepCopy();
        var object = (ObjectNode) copy.at(parent);
        object.remove(name);
        object.put("@", "@");
        return new Defect(parent + "/" + name, copy.toString().replace("\"@\":\"@\"", members));
    }

    /// A body with other JSON in one place.
    private static String with(JsonNode root, String at, String json) {
        JsonNode copy = root.deepCopy();
        var pointer = JsonPointer.compile(at);
        var mark = JsonNodeFactory.instance.stringNode("@");
        String last = pointer.last().getMatchingProperty();
        switch (copy.at(pointer.head())) {
            case ObjectNode object -> object.set(last, mark);
            case ArrayNode array -> array.set(Integer.parseInt(last), mark);
            default -> throw new IllegalArgumentException(at);
        }
        return copy.toString().replace("\"@\"", json);
    }
}
