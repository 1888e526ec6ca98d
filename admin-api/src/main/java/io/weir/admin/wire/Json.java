package io.weir.admin.wire;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a body as a tree. A member that stands twice is a violation: nobody else shall read
/// another of the two than we do.
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode read(byte @org.jspecify.annotations.Nullable [] bytes, Violations violations) {
        if (bytes == null || bytes.length == 0) {
            throw Problem.malformed("A JSON body is required.");
        }
        try {
            findTwins(bytes, violations);
            return MAPPER.readTree(bytes);
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            throw Problem.malformed(
                    at == null
                            ? "The body is not JSON."
                            : "The body is not JSON, see line %d, column %d."
                                    .formatted(at.getLineNr(), at.getColumnNr()));
        }
    }

    private static void findTwins(byte[] bytes, Violations violations) {
        Set<String> seen = new HashSet<>();
        try (var parser = MAPPER.createParser(bytes)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    String pointer = parser.streamReadContext().pathAsPointer().toString();
                    if (!seen.add(pointer)) {
                        violations.add(pointer, "duplicate", "This member stands twice.");
                    }
                }
            }
        }
    }
}
