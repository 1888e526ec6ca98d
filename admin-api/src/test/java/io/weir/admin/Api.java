package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/// What tests ask of the API, in few words.
final class Api {

    static final MediaType FILE = new MediaType("text", "csv");

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

    /// @param body JSON text, or something to write as JSON, or the node of a text, which is a file
    ResponseSpec send(HttpMethod method, String path, Object body, @Nullable String ifMatch) {
        var request = client.method(method).uri("/api/v1" + path);
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        if (mayMoveMoney(method, path)) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        if (body instanceof StringNode file) {
            return request.contentType(FILE).bodyValue(file.stringValue()).exchange();
        }
        String text =
                body instanceof String given ? given : JsonMapper.shared().writeValueAsString(body);
        return request.contentType(MediaType.APPLICATION_JSON).bodyValue(text).exchange();
    }

    /// What is refused without an Idempotency-Key.
    static boolean mayMoveMoney(HttpMethod method, String path) {
        return method.equals(HttpMethod.POST)
                && path.matches(".*/(top-ups|keys|checkouts)(\\?.*)?");
    }

    /// A POST that names itself.
    ResponseSpec once(String path, String key, String body) {
        return once(path, key, MediaType.APPLICATION_JSON, body);
    }

    ResponseSpec once(String path, String key, MediaType type, String body) {
        var request =
                client.post()
                        .uri("/api/v1" + path)
                        .header("Idempotency-Key", key)
                        .contentType(type);
        return body.isEmpty() ? request.exchange() : request.bodyValue(body).exchange();
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

    static EntityExchangeResult<byte[]> result(ResponseSpec answer) {
        return answer.expectBody().returnResult();
    }

    static void refused(ResponseSpec answer, int status, String name) {
        answer.expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:" + name)
                .jsonPath("$.detail")
                .isNotEmpty();
    }

    /// Of one effect.
    static void assertSame(
            EntityExchangeResult<byte[]> first, EntityExchangeResult<byte[]> second) {
        assertThat(first.getStatus().is2xxSuccessful()).isTrue();
        assertThat(second.getStatus()).isEqualTo(first.getStatus());
        assertThat(second.getResponseBody()).isEqualTo(first.getResponseBody());
        for (String name : List.of("Content-Type", "Location", "ETag")) {
            assertThat(second.getResponseHeaders().get(name))
                    .isEqualTo(first.getResponseHeaders().get(name));
        }
    }

    static JsonNode json(ResponseSpec answer) {
        return json(answer.expectBody().returnResult());
    }

    static JsonNode json(EntityExchangeResult<byte[]> answer) {
        byte[] body = answer.getResponseBody();
        return JsonMapper.shared().readTree(body == null ? new byte[0] : body);
    }
}
