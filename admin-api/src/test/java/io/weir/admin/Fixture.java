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

    /// One of each facility and entity that others use, and one that none does: as the examples of
    /// the OpenAPI document name them.
    private static final String PROVISION =
            """
            INSERT INTO weir.provisioning (reseller_id) VALUES ('%1$s');
            INSERT INTO weir.facility (reseller_id, id, kind, name, allocated) VALUES
                ('%1$s', '%2$sd1', 'data_center', 'Sydney', true), ('%1$s', '%2$sd2', 'data_center', 'Perth', true),
                ('%1$s', '%2$s51', 'storage_policy', 'Gold', true), ('%1$s', '%2$s52', 'storage_policy', 'Iron', true),
                ('%1$s', '%2$sb1', 'backup_storage', 'PBS-01', true), ('%1$s', '%2$sb2', 'backup_storage', 'PBS-02', true);
            INSERT INTO weir.entity (reseller_id, id, kind, name, parent_id, data_center_id, type) VALUES
                ('%1$s', '%2$s11', 'tenant', 'Used', NULL, NULL, NULL), ('%1$s', '%2$s12', 'tenant', 'Spare', NULL, NULL, NULL),
                ('%1$s', '%2$s21', 'vdc', 'Used', '%2$s11', '%2$sd1', 'payg'), ('%1$s', '%2$s22', 'vdc', 'Spare', '%2$s11', '%2$sd1', 'payg'),
                ('%1$s', '%2$s31', 'vm', 'Spare', '%2$s21', NULL, NULL);
            INSERT INTO weir.entity_share (reseller_id, entity_id, facility_id, gb) VALUES
                ('%1$s', '%2$s21', '%2$s51', 1), ('%1$s', '%2$s21', '%2$sb1', 1)
            """;

    private static final String UUID = "00000000-0000-7000-8000-0000000000";
    private static final Map<String, String> SPARE =
            Map.of(
                    "data-centers", "d2",
                    "storage-policies", "52",
                    "backup-storages", "b2",
                    "tenants", "12",
                    "vdcs", "22",
                    "vms", "31");

    /// With something provisioned too.
    static Fixture of(Running running) {
        Fixture fixture = of(new Api(running.api()));
        running.rows(PROVISION.formatted(fixture.reseller().substring(4), UUID));
        return fixture;
    }

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
                .replace("{email}", EMAIL)
                .replace("{uuid}", spare(operation));
    }

    /// What is below a reseller by a plain id, and may be deleted.
    static String spare(Operation operation) {
        String list = operation.path().replaceAll("/\\{uuid}$", "").replaceAll(".*/", "");
        return UUID + SPARE.getOrDefault(list, "00");
    }

    private Map<String, String> ids() {
        return Map.of(
                "reseller",
                reseller,
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
