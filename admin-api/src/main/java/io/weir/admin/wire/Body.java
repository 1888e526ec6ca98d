package io.weir.admin.wire;

import io.weir.admin.wire.Reading.Read;
import io.weir.admin.wire.Reading.Wrong;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A JSON object of a request, read field by field. What was not read by [#nothingElse()] is
/// unknown, and refused.
///
/// The same reading serves a creation and a merge-patch: what is absent takes the current value,
/// and where there is none a required field is missing.
public final class Body {

    private final JsonNode object;
    private final String pointer;
    private final Violations violations;
    private final @Nullable String standsFor;
    private final Set<String> known = new HashSet<>();

    private Body(JsonNode object, String pointer, Violations violations) {
        this(object, pointer, violations, null);
    }

    private Body(
            JsonNode object, String pointer, Violations violations, @Nullable String standsFor) {
        this.object = object;
        this.pointer = pointer;
        this.violations = violations;
        this.standsFor = standsFor;
    }

    public static Body object(byte @Nullable [] bytes, Violations violations) {
        JsonNode root = Json.read(bytes, violations);
        if (!root.isObject()) {
            throw Problem.malformed("The body must be a JSON object.");
        }
        return new Body(root, "", violations);
    }

    /// The object that a row of a table stands for: texts and whole numbers by their names.
    public static Body row(Map<String, ?> cells, Violations violations) {
        return new Body(JsonMapper.shared().valueToTree(cells), "", violations);
    }

    /// The objects of an array.
    public static List<Body> items(byte @Nullable [] bytes, int most, Violations violations) {
        JsonNode root = Json.read(bytes, violations);
        if (!root.isArray()) {
            throw Problem.malformed("The body must be a JSON array.");
        }
        if (root.size() > most) {
            throw Problem.invalid("", "length", "At most %d items are taken.".formatted(most));
        }
        List<Body> items = new ArrayList<>();
        for (int i = 0; i < root.size(); i++) {
            if (root.get(i).isObject()) {
                items.add(new Body(root.get(i), "/" + i, violations));
            } else {
                violations.add("/" + i, "type", "This must be an object.");
            }
        }
        return items;
    }

    /// The objects of a list inside; none if it is absent.
    public List<Body> items(String name, int most) {
        return items(name, null, most);
    }

    /// Such a list in which a text stands for an object with no other member than this one.
    ///
    /// @param textIs null where texts are refused
    public List<Body> items(String name, @Nullable String textIs, int most) {
        JsonNode node = field(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() > most) {
            violations.add(
                    at(name), "type", "This must be a list of at most %d items.".formatted(most));
            return List.of();
        }
        List<Body> items = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String at = at(name) + "/" + i;
            JsonNode item = node.get(i);
            if (item.isObject()) {
                items.add(new Body(item, at, violations));
            } else if (textIs != null && item.isString()) {
                var object = JsonNodeFactory.instance.objectNode().set(textIs, item);
                items.add(new Body(object, at, violations, textIs));
            } else {
                violations.add(at, "type", "This must be an object.");
            }
        }
        return items;
    }

    /// A body without members, for calls that need none.
    public static void empty(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > 0) {
            var violations = new Violations();
            object(bytes, violations).nothingElse();
            violations.refuse();
        }
    }

    /// A field that always has a value.
    public <T> T required(String name, Form<T> form, @Nullable T current) {
        JsonNode node = field(name);
        if (node == null) {
            return current == null ? wrong(name, "required", "This is required.", form) : current;
        }
        return node.isNull()
                ? wrong(name, "null", "This must not be null.", form)
                : read(name, node, form);
    }

    /// A field whose null means none; absent, it is `otherwise`.
    public <T> @Nullable T nullable(String name, Form<T> form, @Nullable T otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        return node.isNull() ? null : read(name, node, form);
    }

    /// An object whose null means none; absent, it is `otherwise`.
    public <T> @Nullable T nullableObject(
            String name, Function<Body, T> reading, @Nullable T otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        return node.isNull() ? null : reading.apply(inner(name));
    }

    /// A list that has at least one value, and none of them twice; absent, it is `otherwise`.
    public <T> List<T> list(String name, Form<T> form, int most, List<T> otherwise) {
        return list(name, form, 1, most, otherwise);
    }

    /// A list that has at least so many values, and none of them twice; absent, it is `otherwise`.
    public <T> List<T> list(String name, Form<T> form, int least, int most, List<T> otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isArray() || node.size() < least || node.size() > most) {
            violations.add(
                    at(name),
                    "type",
                    "This must be a list of %d to %d values.".formatted(least, most));
            return otherwise;
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String at = at(name) + "/" + i;
            switch (form.read(node.get(i))) {
                case Read<T>(var value) when values.contains(value) ->
                        violations.add(at, "duplicate", "This stands twice.");
                case Read<T>(var value) -> values.add(value);
                case Wrong<T>(var code, var detail) -> violations.add(at, code, detail);
            }
        }
        return values;
    }

    /// Such a list whose null means none; absent, it is `otherwise`.
    public <T> @Nullable List<T> nullableList(
            String name, Form<T> form, int most, @Nullable List<T> otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        return node.isNull() ? null : list(name, form, most, List.of());
    }

    /// The only field of a body, which may be null.
    public static <T> @Nullable T single(byte @Nullable [] bytes, String name, Form<T> form) {
        var violations = new Violations();
        Body body = object(bytes, violations);
        body.present(name);
        T value = body.nullable(name, form, null);
        body.nothingElse();
        violations.refuse();
        return value;
    }

    /// Tells whether a field that has no value to fall back on stands there, null or not.
    public void present(String name) {
        if (!has(name)) {
            violations.add(at(name), "required", "This is required, and may be null.");
        }
    }

    /// Whether a field stands there, null or not.
    public boolean has(String name) {
        return object.has(name);
    }

    /// An object inside; absent or wrong, it is one without members.
    public Body inner(String name) {
        JsonNode node = field(name);
        if (node != null && node.isObject()) {
            return new Body(node, at(name), violations);
        }
        if (node != null) {
            violations.add(at(name), node.isNull() ? "null" : "type", "This must be an object.");
        }
        return new Body(JsonNodeFactory.instance.objectNode(), at(name), violations);
    }

    public void nothingElse() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                violations.add(at(name), "unknown-field", "There is no such field here.");
            }
        }
    }

    /// Fields that are not for the one who asks.
    public void reserved(String... names) {
        for (String name : names) {
            if (field(name) != null) {
                violates(name, "operator-only", "Only an operator sets this.");
            }
        }
    }

    public void violates(String name, String code, String detail) {
        violations.add(at(name), code, detail);
    }

    private @Nullable JsonNode field(String name) {
        known.add(name);
        return object.get(name);
    }

    private <T> T read(String name, JsonNode node, Form<T> form) {
        return switch (form.read(node)) {
            case Read<T>(var value) -> value;
            case Wrong<T>(var code, var detail) -> wrong(name, code, detail, form);
        };
    }

    private <T> T wrong(String name, String code, String detail, Form<T> form) {
        violations.add(at(name), code, detail);
        return form.instead();
    }

    /// Where a member stands in the body.
    public String at(String name) {
        if (name.equals(standsFor)) {
            return pointer;
        }
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
