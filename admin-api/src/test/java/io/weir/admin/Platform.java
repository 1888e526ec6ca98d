package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A reseller of a provisioning platform, in few words.
///
/// @param api of who asks
record Platform(Api api, String reseller) {

    static Platform of(Api api) {
        return new Platform(api, api.reseller(null));
    }

    Platform as(Api other) {
        return new Platform(other, reseller);
    }

    String path() {
        return "/reseller/" + reseller;
    }

    ResponseSpec get(String what) {
        return api.get(path() + "/" + what);
    }

    JsonNode data(String what) {
        return Api.json(get(what).expectStatus().isOk()).get("data");
    }

    ResponseSpec put(String what, String body) {
        return api.send(HttpMethod.PUT, path() + "/" + what, body.replace('\'', '"'), null);
    }

    void set(String what, String body) {
        put(what, body).expectStatus().isOk();
    }

    ResponseSpec delete(String what) {
        return api.delete(path() + "/" + what);
    }

    ResponseSpec create(String list, Map<String, ?> body) {
        return api.post(path() + "/" + list, body);
    }

    String made(String list, Map<String, ?> body) {
        return id(create(list, body));
    }

    static String id(ResponseSpec answer) {
        return Api.json(answer.expectStatus().isCreated()).at("/data/id").stringValue();
    }

    /// Allocated at once.
    String dataCenter(String name) {
        String id = made("data-centers", Map.of("name", name));
        set("quota", "{'data_centers': ['%s']}".formatted(id));
        return id;
    }

    String policy(String name, String max) {
        String id = made("storage-policies", Map.of("name", name));
        set(
                "resource-allocation",
                "{'storage': [{'storage_policy_uuid': '%s', 'max_capacity_gb': %s}]}"
                        .formatted(id, max));
        return id;
    }

    String backup(String name, String max) {
        String id = made("backup-storages", Map.of("name", name));
        set(
                "resource-allocation",
                "{'backup_storage': [{'backup_storage_uuid': '%s', 'max_capacity_gb': %s}]}"
                        .formatted(id, max));
        return id;
    }

    String tenant() {
        return made("tenants", Map.of("name", "Tenant"));
    }

    /// As it is asked for.
    static Map<String, Object> vdc(String tenant, String dataCenter, long cpu, long memory) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", "VDC");
        body.put("tenant_uuid", tenant);
        body.put("data_center_uuid", dataCenter);
        body.put("type", "allocation");
        body.put("cpu", cpu);
        body.put("memory_gb", memory);
        return body;
    }

    static Map<String, Object> with(Map<String, Object> vdc, String member, Object value) {
        Map<String, Object> body = new LinkedHashMap<>(vdc);
        body.put(member, value);
        return body;
    }

    static List<Map<String, ?>> storage(String policy, long gb) {
        return List.of(Map.of("storage_policy_uuid", policy, "capacity_gb", gb));
    }

    static List<Map<String, ?>> backupOf(String storage, long gb) {
        return List.of(Map.of("backup_storage_uuid", storage, "capacity_gb", gb));
    }

    String vm(String vdc) {
        return made("vms", Map.of("name", "VM", "vdc_uuid", vdc));
    }

    /// The problem of a 422 that names these places, and no other.
    static JsonNode refused(ResponseSpec answer, String... pointers) {
        JsonNode problem = Api.json(answer.expectStatus().isEqualTo(422));
        assertThat(
                        problem.get("errors")
                                .valueStream()
                                .map(error -> error.get("pointer").stringValue()))
                .as(problem.toString())
                .containsExactlyInAnyOrder(pointers);
        return problem;
    }

    /// With apostrophes for quotes.
    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
