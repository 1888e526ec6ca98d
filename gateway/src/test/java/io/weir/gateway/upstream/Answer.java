package io.weir.gateway.upstream;

import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the upstream answers: a document, a stream of events, or a number of bytes.
sealed interface Answer {

    JsonMapper MAPPER = JsonMapper.builder().build();

    record Json(int status, JsonNode body) implements Answer {

        byte[] bytes() {
            return MAPPER.writeValueAsBytes(body);
        }
    }

    record Events(Flux<String> events) implements Answer {}

    record Filler(int status, int size) implements Answer {}

    static Answer json(int status, JsonNode body) {
        return new Json(status, body);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
