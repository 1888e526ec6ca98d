package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Edits in the middle of a period: usage is kept, and what remains is the new limit less what was
/// used.
class EditsIT {

    private static final Duration OBEYED = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static String reseller;
    String client;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(EditsIT.class, 1, Cluster.PATIENT);
        admin = cluster.admin();
        load = new Load(16);
        reseller = admin.reseller(1_000_000);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @BeforeEach
    void aNewClient() {
        client = admin.client(reseller, 10_000);
    }

    @Test
    void aClientsQuotaIsEditedAndItsClientRenamed() {
        String edited = admin.client(reseller, 5);
        ApiKey key = admin.key(edited, Admin.UNLIMITED);

        editedFromFiveToThreeToTen(key, edited, Map.of("name", "renamed"), "monthly_quota");
        assertQuota(edited, 10, 10);
    }

    @Test
    void aKeysRequestsPerDayAreEditedAndTheKeyRenamed() {
        ApiKey key = key(Map.of("requests_per_day", 5));

        editedFromFiveToThreeToTen(key, key.id(), Map.of("label", "renamed"), "requests_per_day");
    }

    @Test
    void aGroupsQuotaIsEditedAndTheGroupRenamed() {
        String group = group(5);
        ApiKey key = key(Map.of("group_id", group));
        send(4, key, "200");

        admin.change(group, Map.of("quota", Map.of("limit", 3), "name", "renamed"));
        Eventually.equal(OBEYED, 0L, () -> remaining(key, "group-requests", 3));
        assertThat(status(key)).isEqualTo(429);
        admin.change(group, Map.of("quota", Map.of("limit", 10)));
        Eventually.equal(OBEYED, 6L, () -> remaining(key, "group-requests", 10));
        assertThat(load.send(20, call(key)).count(200)).isEqualTo(6);
        assertQuota(group, 10, 10);
    }

    @Test
    void aKeyThatIsMovedLeavesItsUsageBehindAndCountsInItsNewGroup() {
        String left = group(100);
        String joined = group(200);
        ApiKey key = key(Map.of("group_id", left, "requests_per_day", 1_000));
        send(4, key, "200");

        admin.bind(key.id(), "group", Map.of("group_id", joined));
        Eventually.equal(OBEYED, 200L, () -> remaining(key, "group-requests", 200));
        send(3, key, "200");
        assertThat(remaining(key, "rpd", 1_000)).isEqualTo(1_000 - 7);

        Eventually.equal(OBEYED, 7L, () -> requests(key.id()));
        assertThat(requests(left)).isEqualTo(4);
        assertThat(requests(joined)).isEqualTo(3);
        Eventually.equal(OBEYED, 3L, () -> used(joined));
        assertThat(used(left)).isEqualTo(4);
        Map<String, Long> shares = new HashMap<>();
        for (JsonNode share : usage(client, "&group_by=group").get("breakdown")) {
            shares.put(share.get("group_id").asString(), share.get("requests").asLong());
        }
        Figure.print("4 requests in one group, 3 in the next: %s".formatted(shares.values()));
        assertThat(shares).isEqualTo(Map.of(left, 4L, joined, 3L));
    }

    private static void editedFromFiveToThreeToTen(
            ApiKey key, String subject, Map<String, String> name, String field) {
        String policy = field.equals("monthly_quota") ? "monthly" : "rpd";
        send(4, key, "200");
        assertThat(remaining(key, policy, 5)).isEqualTo(1);

        admin.change(subject, Map.of(field, 3));
        Eventually.equal(OBEYED, 0L, () -> remaining(key, policy, 3));
        assertThat(status(key)).isEqualTo(429);
        admin.change(subject, name);
        admin.change(subject, Map.of(field, 10));
        Eventually.equal(OBEYED, 6L, () -> remaining(key, policy, 10));
        var rest = load.send(20, call(key));

        Figure.print("%s 5 -> 3 -> 10 with 4 used: then %s".formatted(policy, rest));
        assertThat(rest.count(200)).isEqualTo(6);
        assertThat(rest.count(429)).isEqualTo(14);
    }

    private static void assertQuota(String subject, long limit, long used) {
        Eventually.equal(OBEYED, used, () -> used(subject));
        JsonNode quota = admin.get(path(subject)).get("quota");
        assertThat(quota.get("limit").asLong()).isEqualTo(limit);
        assertThat(quota.get("remaining").asLong()).isEqualTo(limit - used);
    }

    /// As the key itself is told, once its gateway knows of the limit; -1 before.
    private static long remaining(ApiKey key, String policy, long limit) {
        String me = cluster.gateway(0).url() + "/weir/v1/me";
        for (JsonNode told : load.send(Call.bearer(me, key.secret())).json().get("limits")) {
            if (told.get("policy").asString().equals(policy)
                    && told.get("limit").asLong() == limit) {
                return told.get("remaining").asLong();
            }
        }
        return -1;
    }

    private static long used(String subject) {
        return admin.get(path(subject)).at("/quota/used").asLong();
    }

    private static String path(String subject) {
        return (subject.startsWith("grp_") ? "/groups/" : "/clients/") + subject;
    }

    private static long requests(String subject) {
        return usage(subject, "").at("/total/requests").asLong();
    }

    private static JsonNode usage(String subject, String more) {
        return admin.get("/usage?subject=" + subject + more);
    }

    private static String group(long limit) {
        return admin.make(
                reseller,
                "groups",
                Map.of("quota", Map.of("unit", "requests", "limit", limit, "period", "daily")));
    }

    private ApiKey key(Map<String, ?> limits) {
        Map<String, Object> all = new HashMap<>(Admin.UNLIMITED);
        all.putAll(limits);
        return admin.key(client, all);
    }

    private static void send(int requests, ApiKey key, String outcome) {
        assertThat(load.send(requests, call(key)).outcomes())
                .isEqualTo(Map.of(outcome, (long) requests));
    }

    private static int status(ApiKey key) {
        return load.send(call(key)).status();
    }

    private static Call call(ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo("/edits"), key.secret());
    }
}
