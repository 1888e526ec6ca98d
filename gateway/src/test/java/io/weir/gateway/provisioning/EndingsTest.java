package io.weir.gateway.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.telemetry.ProvisioningMeters;
import io.weir.quota.provisioning.EntityKind;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.core.JsonPointer;

/// What the store is told of a change, once and for as long as it takes.
class EndingsTest {

    private static final UUID RESELLER = UUID.randomUUID();

    final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final FakePlaces store = new FakePlaces();
    final Endings endings = new Endings(new ProvisioningMeters(registry), timer);

    @Test
    void aChangeEndsOnce() {
        Change creation = creation();

        assertThat(isTold(creation.done(answer("vm-1")))).isTrue();
        assertThat(isTold(creation.undone())).isTrue();
        creation.unknown();

        assertThat(store.told).containsExactly("settle vm-1");
    }

    @Test
    void aStoreThatIsAwayIsToldUntilItKnowsAndNobodyWaitsForThat() {
        store.isAway = true;

        boolean told = isTold(creation().done(answer("vm-1")));
        timer.advanceTimeBy(Duration.ofHours(1));
        assertThat(untold()).isEqualTo(1);
        store.isAway = false;
        timer.advanceTimeBy(Duration.ofSeconds(20));

        assertThat(told).isTrue();
        assertThat(store.told).containsExactly("settle vm-1");
        assertThat(untold()).isZero();
    }

    @Test
    void aStoreThatHangsIsWaitedForTwoSeconds() {
        store.hangs = true;

        AtomicBoolean told = told(creation().undone());
        timer.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(told).isFalse();
        timer.advanceTimeBy(Duration.ofMillis(1));
        assertThat(told).isTrue();

        store.hangs = false;
        timer.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(store.told).containsExactly("release");
    }

    /// Else it would exist for ever.
    @Test
    void whatIsDeletedBeforeTheStoreKnowsThatItExistsIsRemovedAfterwards() {
        store.isAway = true;
        told(creation().done(answer("vm-1")));
        store.isAway = false;

        told(new Deletion(store, endings, RESELLER, EntityKind.VM, "vm-1").done(new byte[0]));
        assertThat(store.told).isEmpty();
        timer.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(store.told).containsExactly("settle vm-1", "remove vm-1");
    }

    @Test
    void soMuchIsToldAgainAtMost() {
        store.isAway = true;
        for (int i = 0; i < 999; i++) {
            told(creation().undone());
        }
        assertThat(endings.areTooMany()).isFalse();

        told(creation().undone());

        assertThat(endings.areTooMany()).isTrue();
    }

    @Test
    void whoClosesItWaitsAWhileForWhatIsUnderWay() {
        Change creation = creation();
        AtomicBoolean closed = told(endings.close());
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(closed).isFalse();

        creation.unknown();
        timer.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(closed).isTrue();
    }

    @Test
    void anAnswerThatDoesNotTellWhatItIsCalledIsSettledWithoutAName() {
        told(creation().done("<vm/>".getBytes(UTF_8)));
        told(creation().done("{\"id\": {}}".getBytes(UTF_8)));
        told(creation().done("{\"id\": \"a\\u0000b\"}".getBytes(UTF_8)));
        told(creation().done("{\"id\": 17}".getBytes(UTF_8)));

        assertThat(store.told)
                .containsExactly("settle null", "settle null", "settle null", "settle 17");
        assertThat(registry.counter("weir.provisioning", "outcome", "unnamed").count())
                .isEqualTo(3);
    }

    private Change creation() {
        return new Creation(
                store,
                endings,
                RESELLER,
                UUID.randomUUID(),
                EntityKind.VM,
                JsonPointer.compile("/id"));
    }

    private static byte[] answer(String id) {
        return "{\"id\": \"%s\"}".formatted(id).getBytes(UTF_8);
    }

    private double untold() {
        return registry.get("weir.provisioning.untold").gauge().value();
    }

    private static boolean isTold(Mono<Void> telling) {
        return told(telling).get();
    }

    private static AtomicBoolean told(Mono<Void> telling) {
        var told = new AtomicBoolean();
        telling.subscribe(_ -> {}, _ -> {}, () -> told.set(true));
        return told;
    }
}
