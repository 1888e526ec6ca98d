package io.weir.gateway.upstream;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a provider is asked, read field by field; a wrong one is refused by its name.
record RequestBody(JsonNode json) {

    /// A message of a conversation; the text of all its parts, other kinds of parts ignored.
    record Message(String role, String text) {}

    static final int UNLIMITED = Integer.MAX_VALUE;

    static RequestBody of(Asked asked, byte[] bytes) {
        if (asked.method().equals("GET")) {
            return new RequestBody(Answer.object());
        }
        try {
            JsonNode json = Answer.MAPPER.readTree(bytes);
            if (json.isObject()) {
                return new RequestBody(json);
            }
        } catch (JacksonException notJson) {
            throw new InvalidRequest("The body is not JSON", "body");
        }
        throw new InvalidRequest("The body must be a JSON object", "body");
    }

    String text(String field) {
        JsonNode value = json.path(field);
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new InvalidRequest("A text is required", field);
        }
        return value.stringValue();
    }

    boolean flag(String field) {
        JsonNode value = json.path(field);
        if (!(value.isMissingNode() || value.isNull() || value.isBoolean())) {
            throw new InvalidRequest("Must be true or false", field);
        }
        return value.isBoolean() && value.booleanValue();
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    int count(String field, int absent, int most) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new InvalidRequest("Must be a whole number", field);
        }
        if (value.intValue() < 1 || value.intValue() > most) {
            throw new InvalidRequest("Must be from 1 to %d".formatted(most), field);
        }
        return value.intValue();
    }

    List<Message> messages() {
        JsonNode all = json.path("messages");
        if (!all.isArray() || all.isEmpty()) {
            throw new InvalidRequest("At least one message is required", "messages");
        }
        var messages = new ArrayList<Message>();
        for (JsonNode message : all) {
            String field = "messages.%d.role".formatted(messages.size());
            if (!message.path("role").isString()) {
                throw new InvalidRequest("A role is required", field);
            }
            messages.add(
                    new Message(
                            message.path("role").stringValue(),
                            textOf(message.path("content"), "messages")));
        }
        return messages;
    }

    /// A text, or parts with texts in them.
    String textOf(String field) {
        return textOf(json.path(field), field);
    }

    private static String textOf(JsonNode content, String field) {
        if (content.isMissingNode() || content.isNull()) {
            return "";
        }
        if (content.isString()) {
            return content.stringValue();
        }
        if (!content.isArray()) {
            throw new InvalidRequest("Content is a text or a list of parts", field);
        }
        var texts = new ArrayList<String>();
        for (JsonNode part : content) {
            texts.add(part.isString() ? part.stringValue() : part.path("text").asString(""));
        }
        return String.join(" ", texts);
    }
}
