package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// While the database is away, a gateway spends what it holds; then it says whose fault it is.
class DatabaseAwayIT {

    private static final Duration PROMPT = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration NORMAL = Duration.ofSeconds(10);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(DatabaseAwayIT.class, 1);
        admin = cluster.admin();
        load = new Load(16);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void leasesAreServedAndTheRestIsToldThatItIsNotItsFault() {
        String client = client();
        ApiKey leased = admin.key(client, Admin.UNLIMITED);
        ApiKey seen = admin.key(client(), Admin.UNLIMITED);
        ApiKey never = admin.key(client(), Admin.UNLIMITED);
        assertThat(me(seen).status()).isEqualTo(200);
        long before = load.send(5_000, call("/away", leased)).count(200);

        cluster.database().stop();
        var during = load.send(50, call("/away", leased));
        Answer unleased = promptly(call("/away", seen));
        Answer unknown = promptly(call("/away", never));
        var later = load.send(20_000, call("/away", leased));
        cluster.database().restart();
        var back = Eventually.equal(NORMAL, 200, () -> load.send(call("/away", never)).status());
        long served = before + during.count(200) + later.count(200);
        var exact =
                Eventually.equal(NORMAL, served, () -> cluster.tables().used(client, "monthly"));

        Figure.print(
                "database away: leased %s, then %s; back after %d ms, exact after %d ms more"
                        .formatted(during, later, back.toMillis(), exact.toMillis()));
        assertThat(during.outcomes()).isEqualTo(Map.of("200", 50L));
        assertOurFault(unleased);
        assertOurFault(unknown);
        assertThat(later.outcomes().keySet()).isSubsetOf("200", "503");
    }

    /// Not ready, and never open: not even where quotas fail open, as nobody knows whose key it is.
    @Test
    void aGatewayThatStartsMeanwhileServesNobodyBeforeItIsBack() {
        String client = client();
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        ApiKey open = admin.key(client(), Map.of("failure_mode", "open"));
        assertThat(load.send(call("/start", key)).status()).isEqualTo(200);
        Program program = cluster.gateway(0).program();
        program.terminate();

        cluster.database().stop();
        program.launch();
        Eventually.within(START, () -> answers(key), Boolean::booleanValue);
        var during = load.send(50, i -> call("/start", i % 2 == 0 ? key : open));
        boolean ready = program.isReady();
        cluster.database().restart();
        var back = Eventually.within(NORMAL, program::isReady, Boolean::booleanValue);

        Figure.print(
                "started without the database: %s; ready %d ms after it"
                        .formatted(during, back.toMillis()));
        assertThat(ready).isFalse();
        assertThat(during.outcomes()).isEqualTo(Map.of("503", 50L));
        assertThat(cluster.upstream().at("/start").count()).isEqualTo(1);
        Eventually.equal(NORMAL, 200, () -> load.send(call("/start", key)).status());
        Eventually.equal(NORMAL, 2L, () -> cluster.tables().used(client, "monthly"));
    }

    private static boolean answers(ApiKey key) {
        return load.send(1, call("/start", key)).errors() == 0;
    }

    private static Answer promptly(Call call) {
        long begin = System.nanoTime();
        Answer answer = load.send(call);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);
        return answer;
    }

    private static void assertOurFault(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().get("type").asString())
                .isEqualTo(
                        "https://iana.org/assignments/http-problem-types"
                                + "#temporary-reduced-capacity");
        assertThat(Long.parseLong(answer.header("Retry-After").orElseThrow())).isPositive();
    }

    private static Answer me(ApiKey key) {
        return load.send(Call.bearer(cluster.gateway(0).url() + "/weir/v1/me", key.secret()));
    }

    private static String client() {
        return admin.client(admin.reseller(1_000_000), 100_000);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
