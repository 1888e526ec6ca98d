package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What a gateway does with the places of entities that an upstream makes and deletes.
class ReservedPlacesTest {

    static final TestDatabase database = TestDatabase.start();

    private static final int GATEWAYS = 8;

    final UUID reseller = database.reseller("100");

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void a200ParallelReservationsSettledOrReleasedNeverPassTheMaximum() throws Exception {
        limit("max_vms = 50");
        List<Callable<Integer>> gateways = new ArrayList<>();
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            gateways.add(this::createTwentyFive);
        }

        int settled = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> gateway : threads.invokeAll(gateways)) {
                settled += gateway.get();
            }
        }

        assertThat(settled).isEqualTo(50);
        assertThat(used("vms")).isEqualTo(50);
    }

    /// Every fourth request that found room fails at the upstream, and is made again.
    private int createTwentyFive() throws SQLException {
        int settled = 0;
        try (Connection gateway = gateway()) {
            for (int i = 0; i < 25; i++) {
                if (i % 4 == 0) {
                    UUID failed = UUID.randomUUID();
                    refusals(gateway, failed, 0);
                    released(gateway, failed);
                }
                UUID request = UUID.randomUUID();
                if (refusals(gateway, request, 0).isEmpty()) {
                    assertThat(used("vms")).isLessThanOrEqualTo(50);
                    settled += settled(gateway, request, request.toString()) ? 1 : 0;
                }
            }
        }
        return settled;
    }

    @Test
    void aReservationTakesWhatItNamesAndItsReleaseGivesAllOfItBack() throws SQLException {
        limit("max_cpu = 4");
        UUID first = UUID.randomUUID();
        try (Connection gateway = gateway()) {
            assertThat(refusals(gateway, first, 3)).isEmpty();
            assertThat(refusals(gateway, UUID.randomUUID(), 2))
                    .containsExactly("cpu of 4, 3 used, 2 asked");

            released(gateway, first);

            assertThat(used("cpu")).isZero();
            assertThat(refusals(gateway, UUID.randomUUID(), 4)).isEmpty();
        }
    }

    @Test
    void whatIsAskedAgainIsTheSameReservation() throws SQLException {
        limit("max_vms = 1");
        UUID request = UUID.randomUUID();
        try (Connection gateway = gateway()) {
            assertThat(refusals(gateway, request, 0)).isEmpty();
            assertThat(refusals(gateway, request, 0)).isEmpty();
            assertThat(settled(gateway, request, "vm-1")).isTrue();
            assertThat(settled(gateway, request, "vm-1")).isTrue();
            released(gateway, request);

            assertThat(used("vms")).isEqualTo(1);
        }
    }

    @Test
    void whatTheUpstreamDeletedIsFreeOnce() throws SQLException {
        try (Connection gateway = gateway()) {
            for (String name : List.of("vm-1", "vm-2")) {
                UUID request = UUID.randomUUID();
                refusals(gateway, request, 2);
                settled(gateway, request, name);
            }

            assertThat(removed(gateway, "vm-1")).isTrue();
            assertThat(removed(gateway, "vm-1")).isTrue();

            assertThat(used("vms")).isEqualTo(1);
            assertThat(used("cpu")).isEqualTo(2);
        }
    }

    /// Its gateway is gone, and nobody knows.
    @Test
    void aReservationThatNobodyEndsExpiresAndCountsAgainOnceItIsKnownToExist() throws SQLException {
        limit("max_vms = 1");
        UUID lost = UUID.randomUUID();
        try (Connection gateway = gateway()) {
            assertThat(refusals(gateway, lost, 0)).isEmpty();
            database.run(
                    "UPDATE entity SET reserved_until = now() - interval '1 s' WHERE id = '%s'"
                            .formatted(lost));
            assertThat(used("vms")).isZero();

            assertThat(settled(gateway, lost, "vm-1")).isTrue();

            assertThat(used("vms")).isEqualTo(1);
            assertThat(refusals(gateway, UUID.randomUUID(), 0))
                    .containsExactly("vms of 1, 1 used, 1 asked");
        }
    }

    @Test
    void aGatewayReachesThePlacesByTheseFunctionsAlone() throws SQLException {
        try (Connection gateway = gateway();
                var statement = gateway.createStatement()) {
            for (String sql :
                    List.of(
                            "DELETE FROM weir.entity",
                            "UPDATE weir.provisioning SET max_vms = NULL",
                            "SELECT weir.provisioning_lock(gen_random_uuid())")) {
                assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("denied");
            }
        }
    }

    private void limit(String limit) {
        database.run(
                "INSERT INTO provisioning (reseller_id) VALUES ('%1$s'); UPDATE provisioning SET %2$s WHERE reseller_id = '%1$s'"
                        .formatted(reseller, limit));
    }

    private long used(String name) {
        return database.number(
                "SELECT used FROM provisioning_limit WHERE reseller_id = '%s' AND name = '%s'"
                        .formatted(reseller, name));
    }

    private List<String> refusals(Connection gateway, UUID request, long cpu) throws SQLException {
        String reserve =
                """
                SELECT format('%%s of %%s, %%s used, %%s asked', name, max, used, asked)
                  FROM weir.provisioning_reserve('%s', '%s', 'vm', NULL, NULL, %d, 0, '{}', '{}', '{}', '{}', interval '1 min')
                """;
        List<String> refusals = new ArrayList<>();
        try (var statement = gateway.createStatement();
                var rows = statement.executeQuery(reserve.formatted(reseller, request, cpu))) {
            while (rows.next()) {
                refusals.add(rows.getString(1));
            }
        }
        return refusals;
    }

    private boolean settled(Connection gateway, UUID request, String called) throws SQLException {
        return is(
                gateway,
                "provisioning_settle('%s', '%s', '%s')".formatted(reseller, request, called));
    }

    private boolean removed(Connection gateway, String called) throws SQLException {
        return is(gateway, "provisioning_remove('%s', 'vm', '%s')".formatted(reseller, called));
    }

    private void released(Connection gateway, UUID request) throws SQLException {
        try (var statement = gateway.createStatement()) {
            statement.execute(
                    "SELECT weir.provisioning_release('%s', '%s')".formatted(reseller, request));
        }
    }

    private static boolean is(Connection gateway, String call) throws SQLException {
        try (var statement = gateway.createStatement();
                var rows = statement.executeQuery("SELECT weir." + call)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static Connection gateway() throws SQLException {
        var url = database.gateway();
        return DriverManager.getConnection(url.jdbc(), url.user(), url.password());
    }
}
