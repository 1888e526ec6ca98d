package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.LeaseStore.Report;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// A server that hangs keeps its connections open and says nothing on them.
class FrozenServerTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 4);
    static final Duration PATIENCE = Duration.ofMillis(400);
    static final Duration RECOVERY = Duration.ofSeconds(10);

    static final String SERVED =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test'";

    final LeaseStore store = postgres.leases();

    @AfterAll
    static void stop() {
        postgres.close().block(RECOVERY);
        database.close();
    }

    @Test
    void noConnectionIsLostToAServerThatHangs() {
        connected();
        assertThat(postgres.connections().allocated()).isPositive();

        database.freeze();
        try {
            for (int i = 0; i < 5; i++) {
                Flux.range(0, 8)
                        .flatMap(
                                _ ->
                                        report().then(Mono.just(true))
                                                .timeout(PATIENCE)
                                                .onErrorReturn(TimeoutException.class, false))
                        .doOnNext(answered -> assertThat(answered).isFalse())
                        .blockLast(RECOVERY);
            }
            eventually(() -> postgres.connections().acquired() == 0);
        } finally {
            database.thaw();
        }

        answered();
        Flux.range(0, 100).flatMap(_ -> report(), 8).blockLast(RECOVERY);
        eventually(() -> postgres.connections().acquired() == 0);
        assertThat(database.number(SERVED)).isLessThanOrEqualTo(4);
    }

    @Test
    void aConnectionThatHangsIsLeftForANewOne() {
        connected();
        database.freezeConnections();
        try {
            answered();
            eventually(() -> postgres.connections().acquired() == 0);
        } finally {
            database.thaw();
        }
    }

    /// The first connections of a process take their time.
    private void connected() {
        Flux.range(0, 8)
                .flatMap(_ -> report().retryWhen(Retry.fixedDelay(100, PATIENCE)))
                .blockLast(RECOVERY);
    }

    private void answered() {
        report().timeout(PATIENCE).retryWhen(Retry.fixedDelay(100, PATIENCE)).block(RECOVERY);
    }

    private Mono<LeaseStore.Reply> report() {
        return Mono.defer(() -> store.exchange(nothing()));
    }

    private static Report nothing() {
        return new Report(UUID.randomUUID(), 1, Duration.ofSeconds(60), List.of(), List.of());
    }

    private static void eventually(BooleanSupplier condition) {
        assertThat(
                        Flux.interval(Duration.ofMillis(20))
                                .filter(_ -> condition.getAsBoolean())
                                .next()
                                .timeout(RECOVERY)
                                .onErrorReturn(-1L)
                                .block())
                .isNotEqualTo(-1L);
    }
}
