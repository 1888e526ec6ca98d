package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// As many entities at the upstream as are counted, and never more than there may be.
class ProvisionedPlacesTest extends ProvisionedGateway {

    /// What a statement did that came to its end too late is undone some seconds later.
    private static final Duration SETTLED = Duration.ofSeconds(30);

    @Test
    void of200ParallelCreationsAgainst50PlacesExactly50AreMade() throws Exception {
        limit("max_vms = 50");
        List<Callable<Integer>> callers = new ArrayList<>();
        for (int caller = 0; caller < 200; caller++) {
            int each = caller;
            callers.add(() -> call(each));
        }

        List<Integer> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> caller : threads.invokeAll(callers)) {
                answers.add(caller.get());
            }
        }
        eventually(SETTLED, () -> reserved() == 0);
        while (create().statusCode() != 422) {
            assertThat(platform.vms()).isLessThanOrEqualTo(50);
        }

        assertThat(answers).contains(201, 422, 503, 0).containsOnly(201, 422, 503, 0);
        assertThat(platform.most()).isEqualTo(50);
        assertThat(platform.vms()).isEqualTo(50);
        assertThat(used("vms")).isEqualTo(50);
        assertThat(entities("reference IS NOT NULL")).isEqualTo(50);
        assertThat(reserved()).isZero();
    }

    /// Of five, one fails at the upstream, and one hangs up.
    ///
    /// @return the status, or 0 of one that hung up
    private int call(int caller) throws IOException {
        return switch (caller % 5) {
            case 0 -> create("/vms?status=503", "{}").statusCode();
            case 1 -> {
                calling("/vms").close();
                yield 0;
            }
            default -> create().statusCode();
        };
    }

    @Test
    void whoHangsUpHasMadeWhatTheUpstreamMade() throws IOException {
        limit("max_vms = 1");
        int asked = platform.asked();
        Socket caller = calling("/vms?does=wait");
        eventually(() -> platform.asked() == asked + 1);

        caller.close();
        assertThat(create().statusCode()).isEqualTo(422);
        platform.letGo();

        eventually(() -> entities("reference IS NOT NULL") == 1);
        assertThat(used("vms")).isEqualTo(1);
        assertThat(reserved()).isZero();
    }

    @Test
    void whatIsDeletedGivesItsPlaceBack() {
        limit("max_vms = 1");
        String made = created();
        assertThat(create().statusCode()).isEqualTo(422);

        HttpResponse<String> deleted = delete("/vms/" + made);

        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(used("vms")).isZero();
        assertThat(create().statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"?status=409, 409", "?status=500, 500"})
    void whatTheUpstreamDoesNotDeleteKeepsItsPlace(String query, int status) {
        limit("max_vms = 1");
        String made = created();

        assertThat(delete("/vms/" + made + query).statusCode()).isEqualTo(status);
        assertThat(delete("/vms/other").statusCode()).isEqualTo(404);
        assertThat(delete("/vms/" + made + ";v=1?status=200").statusCode()).isEqualTo(400);

        assertThat(used("vms")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/vms?status=400", "/vms?status=503", "/dead"})
    void whatTheUpstreamDoesNotMakeTakesNoPlace(String path) {
        limit("max_vms = 1");

        for (int i = 0; i < 3; i++) {
            assertThat(create(path, "{}").statusCode()).isNotEqualTo(422).isGreaterThan(399);
        }

        assertThat(entities("true")).isZero();
        assertThat(create().statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"/vms?does=drop, 502", "/slow?does=wait, 504"})
    void aPlaceOfWhichNobodyKnowsIsTakenUntilItExpires(String path, int status) {
        limit("max_vms = 1");
        double unknown = counted("unknown");

        assertThat(create(path, "{}").statusCode()).isEqualTo(status);

        assertThat(platform.most()).isLessThanOrEqualTo(1);
        assertThat(create().statusCode()).isEqualTo(422);
        assertThat(counted("unknown") - unknown).isEqualTo(1);
        world.run(
                "UPDATE entity SET reserved_until = now() - interval '1 s' WHERE reseller_id = '%s'"
                        .formatted(customer.reseller()));
        assertThat(create().statusCode()).isEqualTo(201);
    }

    @Test
    void whatWasMadeCountsAlsoIfItsAnswerBreaksOff() {
        limit("max_vms = 1");

        assertThat(create("/vms?does=break", "{}").statusCode()).isEqualTo(502);

        assertThat(entities("reserved_until IS NULL")).isEqualTo(1);
        assertThat(create().statusCode()).isEqualTo(422);
    }

    @Test
    void anAnswerThatIsTooLongToBeReadIsPassedOnWhole() {
        HttpResponse<String> answer = create("/vms?does=long", "{}");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).hasSizeGreaterThan(20_000).endsWith("}}");
        assertThat(entities("reserved_until IS NULL AND reference IS NULL")).isEqualTo(1);
    }

    @Test
    void anUpstreamThatAnswersWithWhatItHasMadeBeforeMadeNothingNew() {
        created();

        assertThat(create("/vms?does=again", "{}").statusCode()).isEqualTo(201);

        assertThat(used("vms")).isEqualTo(1);
        assertThat(entities("true")).isEqualTo(1);
    }

    @Test
    void whatACreationTakesIsGivenBackWithIt() {
        limit("max_cpu = 4, max_memory_gb = 8");
        facility(GOLD, "storage_policy", "100");
        facility(SYDNEY, "data_center", "NULL");
        String body =
                """
                {"spec": {"cpu": 3, "memory": 8}, "where": "%s", "type": "payg",
                 "disks": [{"policy": "%2$s", "gb": 60}, {"policy": "%2$s", "gb": 40}]}
                """
                        .formatted(SYDNEY, GOLD);

        assertThat(create("/vdcs?status=500", body).statusCode()).isEqualTo(500);
        assertThat(create("/vdcs", body).statusCode()).isEqualTo(201);

        assertThat(List.of(used("vdcs"), used("cpu"), used("memory_gb"), used("storage")))
                .containsExactly(1L, 3L, 8L, 100L);
    }
}
