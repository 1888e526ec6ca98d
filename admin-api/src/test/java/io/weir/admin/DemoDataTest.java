package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoDataTest {

    private static final String KEYS =
            """
            SELECT k.label || ' ' || k.requests_per_minute || ' ' || encode(c.hash, 'hex')
              FROM weir.key k JOIN weir.credential c ON c.key_id = k.id ORDER BY k.id
            """;

    final String key = secret();
    final String limited = secret();

    @Test
    void itIsThereAfterTheFirstStartAndStaysAsItIsAtTheSecond() {
        try (var server = Running.server();
                var first = Running.recorded(server, settings(key))) {
            List<String> before = lasting(first.running());
            assertThat(first.running().rows(KEYS))
                    .containsExactly(
                            "Demo key 600 " + hash(key), "Demo key, limited 3 " + hash(limited));
            var api = new Api(first.running().api());
            String client = first.running().rows("SELECT id FROM weir.client").getFirst();
            api.get("/clients/cli_" + client)
                    .expectBody()
                    .jsonPath("$.active_keys")
                    .isEqualTo(2)
                    .jsonPath("$.quota.limit")
                    .isEqualTo(500_000_000);
            api.get("/prices").expectBody().jsonPath("$.length()").isEqualTo(2);

            try (var second = Running.recorded(server, settings(key))) {
                assertThat(lasting(second.running())).isEqualTo(before);
            }
        }
    }

    @Test
    void whatWasChangedSinceStaysAndANewSecretTakesThePlaceOfTheOld() {
        String newer = secret();
        try (var server = Running.server();
                var first = Running.recorded(server, settings(key))) {
            String client = "cli_" + first.running().rows("SELECT id FROM weir.client").getFirst();
            var api = new Api(first.running().api());
            api.patch("/clients/" + client, Map.of("name", "Mine", "monthly_quota", 7))
                    .expectStatus()
                    .isOk();

            try (var second = Running.recorded(server, settings(newer))) {
                assertThat(second.running().rows(KEYS))
                        .containsExactly(
                                "Demo key 600 " + hash(newer),
                                "Demo key, limited 3 " + hash(limited));
                api.get("/clients/" + client)
                        .expectBody()
                        .jsonPath("$.name")
                        .isEqualTo("Mine")
                        .jsonPath("$.monthly_quota")
                        .isEqualTo(7);
                assertThat(second.running().rows("SELECT portions FROM weir.reseller"))
                        .containsExactly("7");
            }
        }
    }

    private Map<String, String> settings(String demoKey) {
        return Map.of(
                "weir.access.admin-token",
                Running.TOKEN,
                "weir.demo.enabled",
                "true",
                "weir.demo.key",
                demoKey,
                "weir.demo.limited-key",
                limited);
    }

    /// All but the announcements, of which each start makes one.
    private static List<String> lasting(Running running) {
        return Stored.everything(running).stream()
                .filter(row -> !row.startsWith("configuration"))
                .toList();
    }

    private static String secret() {
        return Secret.generate(Secret.Kind.KEY, new SecureRandom()).reveal();
    }

    private static String hash(String secret) {
        return HexFormat.of()
                .formatHex(
                        Pepper.of(Running.PEPPER)
                                .hash(Secret.parse(Secret.Kind.KEY, secret).orElseThrow()));
    }
}
