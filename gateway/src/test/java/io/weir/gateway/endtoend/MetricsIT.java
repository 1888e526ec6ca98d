package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.endtoend.Scrape.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the gateway tells its operator and its callers about itself.
class MetricsIT {

    private static final Duration BOOKED = Duration.ofSeconds(2);
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        admin = cluster.admin();
        load = new Load(16);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @Test
    void admissionsAreWhatWasAdmittedAndRefused() {
        ApiKey key = admin.key(client(100), Admin.UNLIMITED);
        double admitted = admissions("admitted");
        double refused = admissions("rejected");
        double timed = scrape().sum("weir_requests_seconds_count");

        var tally = load.send(300, call("/metrics", key));
        Eventually.equal(BOOKED, 100.0, () -> admissions("admitted") - admitted);
        Eventually.equal(BOOKED, 200.0, () -> admissions("rejected") - refused);
        Eventually.equal(BOOKED, 100.0, () -> scrape().sum("weir_requests_seconds_count") - timed);

        Figure.print("metrics: callers %s; %s".formatted(tally, series("weir_admissions_total")));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", 100L, "429", 200L));
    }

    @Test
    void noSubjectIsInAnyLabel() {
        String client = client(1_000);
        ApiKey key = admin.key(client, Admin.perMinute(3));
        load.send(10, call("/labels", key));

        String scrape = scrape().text();

        Figure.print("series of our own: " + ours());
        assertThat(ours()).isNotEmpty();
        assertThat(samples().map(Sample::labels).filter(l -> ID.matcher(l).find())).isEmpty();
        assertThat(scrape).doesNotContain(key.secret(), key.id(), client, "weir_sk_");
    }

    @Test
    void theKeyItselfIsToldItsLimitsAndPaysNothingForIt() {
        String client = client(1_000);
        ApiKey key = admin.key(client, Admin.perMinute(3));
        assertThat(load.send(1, call("/me", key)).count(200)).isEqualTo(1);

        for (int i = 0; i < 20; i++) {
            assertThat(me(key).status()).isEqualTo(200);
        }
        Answer me = me(key);
        var rest = load.send(3, call("/me", key));

        Figure.print("me: %s".formatted(me.body()));
        assertThat(rest.outcomes()).isEqualTo(Map.of("200", 2L, "429", 1L));
        assertThat(me.body()).contains("rpm", "monthly");
        assertThat(me.body().toLowerCase(Locale.ROOT))
                .doesNotContain("cost", "margin", "profit", key.secret(), "pool");
        Eventually.equal(BOOKED, 3L, () -> cluster.tables().used(client, "monthly"));
    }

    private static Answer me(ApiKey key) {
        return load.send(Call.bearer(cluster.gateway(0).url() + "/weir/v1/me", key.secret()));
    }

    private static double admissions(String outcome) {
        return scrape().samples("weir_admissions_total")
                .filter(sample -> sample.labels().contains("outcome=\"" + outcome + "\""))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static List<String> series(String name) {
        return scrape().samples(name)
                .map(sample -> sample.labels() + " " + sample.value())
                .toList();
    }

    private static List<String> ours() {
        return samples()
                .map(Sample::name)
                .filter(name -> name.startsWith("weir_"))
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<Sample> samples() {
        return scrape().samples();
    }

    private static Scrape scrape() {
        return Scrape.of(cluster.gateway(0));
    }

    private static String client(long quota) {
        return admin.client(admin.reseller(1_000_000), quota);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
