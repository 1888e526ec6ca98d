package io.weir.admin;

import io.weir.admin.Description.Operation;
import java.util.Map;

/// One of each resource, to ask for. A decision, which gateways put down, an import, which takes
/// its time, and a checkout are there only where a test does so in their place, under the key's own
/// id.
record Fixture(
        String reseller, String client, String key, String group, String rule, String token) {

    /// Bound to the key.
    static final String EMAIL = "bound@example.com";

    static Fixture of(Api api) {
        String reseller = api.reseller(null);
        String client = Api.id(api.client(reseller, 1));
        return new Fixture(
                reseller,
                client,
                key(api, reseller, client),
                Api.id(api.post("/resellers/" + reseller + "/groups", Map.of("name", "Group"))),
                Api.id(api.post("/resellers/" + reseller + "/rules", Map.of("name", "Rule"))),
                Api.id(api.post("/tokens", token(reseller, "*"))));
    }

    /// A reseller's token, as it is asked for.
    static Map<String, Object> token(String reseller, String... scopes) {
        return Map.of(
                "name", "Token", "role", "reseller", "reseller_id", reseller, "scopes", scopes);
    }

    boolean knows(Operation operation) {
        return !operation.path().contains("{") || ids().containsKey(operation.kind());
    }

    /// With money in its budget, and more behind it.
    private static String key(Api api, String reseller, String client) {
        api.post("/resellers/" + reseller + "/top-ups", Map.of("amount", "5000"))
                .expectStatus()
                .isCreated();
        String key =
                Api.id(
                        api.post(
                                "/clients/" + client + "/keys",
                                Map.of(
                                        "label",
                                        "Key",
                                        "budget",
                                        Map.of("price", "100", "cost", "60"))));
        Api.id(api.post("/keys/" + key + "/emails", Map.of("email", EMAIL)));
        return key;
    }

    /// The path of an operation on one of these, as [Api] takes it.
    String path(Operation operation) {
        return operation
                .path()
                .substring("/api/v1".length())
                .replace("{id}", ids().getOrDefault(operation.kind(), "x"))
                .replace("{email}", EMAIL);
    }

    private Map<String, String> ids() {
        return Map.of(
                "resellers",
                reseller,
                "clients",
                client,
                "keys",
                key,
                "groups",
                group,
                "rules",
                rule,
                "tokens",
                token,
                "decisions",
                key.replace("key_", "req_"),
                "client-imports",
                key.replace("key_", "imp_"),
                "checkouts",
                key.replace("key_", "chk_"));
    }
}
