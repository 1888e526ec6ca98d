package io.weir.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What tests ask of the API, in few words.
final class Api {

    private static final AtomicLong NUMBER = new AtomicLong();

    private final WebTestClient client;

    Api(WebTestClient client) {
        this.client = client;
    }

    ResponseSpec get(String path) {
        return client.get().uri("/api/v1" + path).exchange();
    }

    ResponseSpec post(String path, Object body) {
        return send(HttpMethod.POST, path, body, null);
    }

    ResponseSpec post(String path) {
        return client.post().uri("/api/v1" + path).exchange();
    }

    ResponseSpec patch(String path, Object body) {
        return send(HttpMethod.PATCH, path, body, "*");
    }

    ResponseSpec delete(String path) {
        return client.delete().uri("/api/v1" + path).header("If-Match", "*").exchange();
    }

    /// @param body JSON text, or something to write as JSON
    ResponseSpec send(HttpMethod method, String path, Object body, @Nullable String ifMatch) {
        var request =
                client.method(method).uri("/api/v1" + path).contentType(MediaType.APPLICATION_JSON);
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        String text =
                body instanceof String given ? given : JsonMapper.shared().writeValueAsString(body);
        return request.bodyValue(text).exchange();
    }

    /// A fresh reseller's id.
    String reseller(@Nullable Long quota) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", "Reseller");
        body.put("contact_email", "reseller@example.com");
        body.put("monthly_quota", quota);
        return id(post("/resellers", body));
    }

    ResponseSpec client(String reseller, long quota) {
        return post(
                "/resellers/" + reseller + "/clients",
                Map.of(
                        "name",
                        "Client " + NUMBER.incrementAndGet(),
                        "contact_email",
                        "client@example.com",
                        "monthly_quota",
                        quota));
    }

    ResponseSpec key(String client) {
        return post("/clients/" + client + "/keys", Map.of("label", "Key"));
    }

    static String id(ResponseSpec answer) {
        return json(answer.expectStatus().isCreated()).get("id").stringValue();
    }

    static JsonNode json(ResponseSpec answer) {
        byte[] body = answer.expectBody().returnResult().getResponseBody();
        return JsonMapper.shared().readTree(body == null ? new byte[0] : body);
    }
}
