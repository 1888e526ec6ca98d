package io.weir.gateway.tokens;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/// Whether a request refers to things whose size its bytes don't tell. In doubt it does: a bound
/// that is too high costs nobody anything.
final class References {

    /// What refers to something where it stands in the request itself; as names of a tool's
    /// parameters these are common, and mean nothing.
    private static final Set<String> OF_REQUEST =
            folded(
                    "previous_response_id",
                    "conversation",
                    "mcp_servers",
                    "container",
                    "web_search_options");

    private static final Set<String> ANYWHERE = folded("image_url", "file_id", "file_url");
    private static final Set<String> SOURCES = Set.of("url", "file");

    /// Tools that the client runs: what they find comes with a request of its own.
    private static final List<String> OF_CLIENT =
            List.of("bash_", "text_editor_", "computer", "memory_", "local_shell", "apply_patch");

    private static final int IN_ELEMENT = 2;

    private boolean found;
    private boolean namesItem;

    boolean found() {
        return found;
    }

    /// @param parser at the value of a member of the request itself, which is read to its end
    void member(String name, JsonParser parser) {
        JsonToken value = parser.currentToken();
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        boolean isPrompt = name.equalsIgnoreCase("prompt") && value == JsonToken.START_OBJECT;
        found |= isPrompt || OF_REQUEST.contains(name);
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                depth--;
                found |= depth == 1 && namesItem && token == JsonToken.END_OBJECT;
            } else if (token != JsonToken.PROPERTY_NAME) {
                look(name, parser, depth);
                depth += token.isStructStart() ? 1 : 0;
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    private void look(String top, JsonParser parser, int depth) {
        JsonToken value = parser.currentToken();
        String name = parser.currentName();
        if (name == null) {
            namesItem =
                    depth == 1 && value == JsonToken.START_OBJECT && top.equalsIgnoreCase("input");
            return;
        }
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        boolean isType = name.equalsIgnoreCase("type");
        if (depth == IN_ELEMENT && (isType || name.equalsIgnoreCase("role"))) {
            namesItem = false;
        }
        found |= ANYWHERE.contains(name);
        if (isType && value == JsonToken.VALUE_STRING) {
            boolean ofTool = depth == IN_ELEMENT && top.equalsIgnoreCase("tools");
            found |= isReference(parser.getString(), parser.streamReadContext(), ofTool);
        }
    }

    private static boolean isReference(String type, TokenStreamContext object, boolean ofTool) {
        if (ofTool) {
            return !type.equals("function")
                    && !type.equals("custom")
                    && OF_CLIENT.stream().noneMatch(type::startsWith);
        }
        TokenStreamContext around = object.getParent();
        boolean isSource = around != null && "source".equalsIgnoreCase(around.currentName());
        return type.equals("item_reference") || (isSource && SOURCES.contains(type));
    }

    private static Set<String> folded(String... names) {
        var folded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        folded.addAll(List.of(names));
        return folded;
    }
}
