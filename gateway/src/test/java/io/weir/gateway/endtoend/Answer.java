package io.weir.gateway.endtoend;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a caller was told.
record Answer(int status, Map<String, String> headers, String body) {

    private static final JsonMapper json = new JsonMapper();

    static Answer of(HttpClientResponse response, String body) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.responseHeaders().forEach(field -> headers.put(field.getKey(), field.getValue()));
        return new Answer(response.status().code(), headers, body);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    JsonNode json() {
        return json.readTree(body);
    }
}
