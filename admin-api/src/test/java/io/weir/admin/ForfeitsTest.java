package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// What a gateway held that does not come back.
class ForfeitsTest {

    private static final String STARTS =
            "date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String client = Api.id(api.client(api.reseller(null), 100));
    final String node = UUID.randomUUID().toString();

    @Test
    void aLeaseExpiresWhenItsNodeIsSilentAndIsSetAsideWhenThatIsGivenUp() {
        lease("1 hour", 7);

        JsonNode lease = only("/leases?status=expired&q=" + node);
        assertThat(lease.get("node_id").stringValue()).isEqualTo("nod_" + node);
        assertThat(lease.get("subject_id").stringValue()).isEqualTo(client);
        assertThat(lease.get("policy").stringValue()).isEqualTo("monthly");
        assertThat(lease.get("amount").intValue()).isEqualTo(7);
        assertThat(lease.get("may_be_forfeited").booleanValue()).isTrue();

        give().expectStatus().isOk().expectBody().jsonPath("$.forfeits").isEqualTo(1);

        assertThat(items("/leases?q=" + node)).isEmpty();
        assertThat(only("/forfeits?status=undecided&q=" + node).get("amount").intValue())
                .isEqualTo(7);
        assertThat(quota()).containsExactly(10, 7, 83);
        give().expectStatus().isOk().expectBody().jsonPath("$.forfeits").isEqualTo(0);
    }

    @Test
    void whatIsRefundedIsFreeAgain() {
        assertThat(decided("refund")).isEqualTo("refunded");
        assertThat(quota()).containsExactly(10, 0, 90);
        assertThat(items("/audit-log?action=forfeit&subject=nod_" + node)).hasSize(1);
        String forfeit = only("/forfeits?q=" + node).get("id").stringValue();
        assertThat(
                        only("/audit-log?action=refund&subject=" + forfeit)
                                .at("/changes/0/after/decision")
                                .stringValue())
                .isEqualTo("refunded");
    }

    @Test
    void whatIsBookedIsUsed() {
        assertThat(decided("book")).isEqualTo("booked");
        assertThat(quota()).containsExactly(17, 0, 83);
    }

    @Test
    void aForfeitIsDecidedOverOnce() {
        decided("book");
        JsonNode booked = only("/forfeits?q=" + node);
        String forfeit = booked.get("id").stringValue();

        for (String decision : List.of("book", "refund")) {
            api.post("/forfeits/" + forfeit + "/" + decision)
                    .expectStatus()
                    .isEqualTo(409)
                    .expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:weir:problem:decided");
        }
        assertThat(Api.json(api.get("/forfeits/" + forfeit))).isEqualTo(booked);
        assertThat(quota()).containsExactly(17, 0, 83);
        assertThat(items("/forfeits?status=undecided&q=" + node)).isEmpty();
    }

    @Test
    void aNodeThatMayBeRunningIsNotGivenUp() {
        lease("0 s", 7);

        assertThat(items("/leases?status=expired&q=" + node)).isEmpty();
        assertThat(only("/leases?status=active&q=" + node).get("may_be_forfeited").booleanValue())
                .isFalse();
        give().expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:node-may-be-running");
        assertThat(quota()).containsExactly(10, 7, 83);
    }

    @Test
    void creditsAreShownAsMoney() {
        String key = Api.id(api.key(client));
        lease("1 hour", key, "rule-daily", 1_500_000_000);

        JsonNode lease = only("/leases?q=" + node);

        assertThat(lease.get("subject_id").stringValue()).isEqualTo(key);
        assertThat(lease.get("unit").stringValue()).isEqualTo("credits");
        assertThat(lease.get("amount").stringValue()).isEqualTo("1.50");
    }

    private String decided(String decision) {
        lease("1 hour", 7);
        give().expectStatus().isOk();
        String id = only("/forfeits?q=" + node).get("id").stringValue();
        JsonNode forfeit =
                Api.json(api.post("/forfeits/" + id + "/" + decision).expectStatus().isOk());
        assertThat(forfeit.get("decided_at").isNull()).isFalse();
        return forfeit.get("status").stringValue();
    }

    private ResponseSpec give() {
        return api.post("/nodes/nod_" + node + "/forfeit");
    }

    private JsonNode only(String path) {
        List<JsonNode> items = items(path);
        assertThat(items).hasSize(1);
        return items.getFirst();
    }

    private List<JsonNode> items(String path) {
        return Api.json(api.get(path).expectStatus().isOk()).get("items").valueStream().toList();
    }

    private List<Integer> quota() {
        JsonNode quota = Api.json(api.get("/clients/" + client)).get("quota");
        return List.of("used", "reserved", "remaining").stream()
                .map(name -> quota.get(name).intValue())
                .toList();
    }

    private void lease(String silence, long held) {
        lease(silence, client, "monthly", held);
    }

    /// A node that was last seen so long ago, with a lease that it then got for a minute.
    private void lease(String silence, String subject, String policy, long held) {
        String id = subject.substring(4);
        running.rows(
                """
                INSERT INTO weir.node (id, name, seen_at) VALUES ('%1$s', '%1$s', now() - interval '%2$s');
                INSERT INTO weir.counter (subject, policy, starts, used, leased) VALUES ('%3$s', '%4$s', %5$s, 10, %6$d);
                INSERT INTO weir.lease (node, subject, policy, starts, held, expires_at)
                VALUES ('%1$s', '%3$s', '%4$s', %5$s, %6$d, now() - interval '%2$s' + interval '60 s');
                """
                        .formatted(node, silence, id, policy, STARTS, held));
    }
}
