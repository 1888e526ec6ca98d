package io.weir.quota.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

class SharedSlotPoolsTest {

    static final Duration BUDGET = Duration.ofMillis(5);
    static final long LIMIT = 5;

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    final MemorySlots store = new MemorySlots();
    final List<SharedSlotPools> nodes = new ArrayList<>();
    final List<Slots> slots = new ArrayList<>();

    SharedSlotPoolsTest() {
        cluster(3);
    }

    @Test
    void allNodesTogetherGetAsManyAsThereAre() {
        assertThat(take(0) && take(1) && take(2) && take(0) && take(1)).isTrue();

        assertThat(take(0) || take(1) || take(2)).isFalse();
    }

    @Test
    void aFreedSlotIsUsedAgainWithoutAsking() {
        take(0);
        int calls = store.calls;
        for (int i = 0; i < 100; i++) {
            slots.get(0).free();
            pass(Duration.ofMillis(5));
            assertThat(slots.get(0).tryTake(LIMIT, now())).isTrue();
        }

        assertThat(store.calls).isEqualTo(calls);
    }

    @Test
    void anIdleSlotGoesBackAfterASecond() {
        take(0);
        slots.get(0).free();
        pass(Duration.ofMillis(900));
        assertThat(store.held()).isEqualTo(1);
        pass(Duration.ofSeconds(1));

        assertThat(store.held()).isZero();
        int calls = store.calls;
        pass(Duration.ofMinutes(1));
        assertThat(store.calls).isEqualTo(calls);
    }

    @Test
    void anIdleSlotIsYieldedAtOnceToWhoWantsOne() {
        for (int i = 0; i < LIMIT; i++) {
            take(0);
        }
        for (int i = 0; i < LIMIT; i++) {
            slots.get(0).free();
        }

        assertThat(take(1)).isTrue();
    }

    @Test
    void whoWaitsIsWokenByASlotThatIsFreedElsewhere() {
        for (int i = 0; i < LIMIT; i++) {
            take(0);
        }
        var woken = new ArrayList<String>();
        slots.get(1).ask(LIMIT).subscribe(_ -> {}, _ -> {}, () -> woken.add("one"));
        store.deliver();
        assertThat(woken).isEmpty();
        slots.get(0).free();
        store.deliver();

        assertThat(woken).containsExactly("one");
        assertThat(slots.get(1).tryTake(LIMIT, now())).isTrue();
    }

    @Test
    void thatThereAreNoneIsRememberedForAWhile() {
        for (int i = 0; i < LIMIT; i++) {
            take(0);
        }
        slots.get(1).ask(LIMIT).subscribe();
        store.deliver();
        pass(BUDGET);

        assertThat(slots.get(1).verdict(LIMIT, now())).isEqualTo(Verdict.REFUSES);
        pass(Duration.ofMillis(20));
        assertThat(slots.get(1).verdict(LIMIT, now())).isEqualTo(Verdict.ASK);
    }

    @Test
    void theSlotsOfADeadNodeCountNoMoreAndItStatesThemWhenItIsBack() {
        for (int i = 0; i < 3; i++) {
            take(0);
        }
        store.dies(0);
        assertThat(taken(1, 9)).isEqualTo(LIMIT);
        nodes.get(0).restate();
        store.deliver();

        assertThat(store.held()).isEqualTo(LIMIT + 3);
        for (int i = 0; i < 4; i++) {
            slots.get(1).free();
        }
        assertThat(taken(2, 9)).isEqualTo(1);
    }

    @Test
    void aNodeOnItsOwnHasItsShareAndCountsWhatIsUnderWay() {
        take(0);
        take(0);
        store.away = true;

        assertThat(slots.get(0).tryTake(LIMIT, now())).isFalse();
        assertThat(taken(1, 9)).isEqualTo(2);
        assertThat(taken(2, 9)).isEqualTo(1);
        assertThat(nodes.get(1).fallbacks() + nodes.get(2).fallbacks()).isEqualTo(3);
    }

    @Test
    void whatWasTakenOnItsOwnIsStatedWhenTheStoreIsBack() {
        store.away = true;
        take(0);
        store.away = false;
        pass(Duration.ofSeconds(1));

        assertThat(store.held()).isEqualTo(1);
    }

    @Test
    void aLoweredLimitHoldsAtOnce() {
        for (int i = 0; i < LIMIT; i++) {
            take(0);
        }
        slots.get(0).free();

        assertThat(slots.get(0).verdict(3, now())).isEqualTo(Verdict.REFUSES);
        assertThat(slots.get(0).tryTake(3, now())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inAnyOrderAndWithLostRepliesNeverMoreThanTheLimit(boolean losing) {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            for (int step = 0; step < 100; step++) {
                store.losing = losing && random.nextInt(5) == 0;
                store.holding = random.nextInt(3) == 0;
                Slots node = slots.get(random.nextInt(slots.size()));
                if (random.nextInt(3) == 0 && node.taken() > 0) {
                    node.free();
                } else if (!node.tryTake(LIMIT, now())) {
                    node.ask(LIMIT).subscribe();
                }
                if (random.nextBoolean()) {
                    store.deliver();
                }
                pass(Duration.ofMillis(random.nextInt(3)));
                assertThat(taken()).as("seed %d", seed).isLessThanOrEqualTo(LIMIT);
            }
            settle();
            assertThat(store.held()).as("seed %d", seed).isZero();
        }
    }

    /// Every request ends, and time passes.
    private void settle() {
        store.losing = false;
        store.holding = false;
        store.deliver();
        for (Slots node : slots) {
            while (node.taken() > 0) {
                node.free();
            }
        }
        store.deliver();
        pass(Duration.ofSeconds(3));
        store.deliver();
    }

    private long taken() {
        return slots.stream().mapToLong(Slots::taken).sum();
    }

    /// What a request does: reads, asks if it must, and takes.
    private boolean take(int node) {
        Slots pool = slots.get(node);
        for (int i = 0; i < 3 && pool.verdict(LIMIT, now()) == Verdict.ASK; i++) {
            pool.ask(LIMIT).subscribe();
            store.deliver();
        }
        return pool.verdict(LIMIT, now()) == Verdict.ADMITS && pool.tryTake(LIMIT, now());
    }

    /// How many of some requests get a slot.
    private long taken(int node, int requests) {
        long taken = 0;
        for (int i = 0; i < requests; i++) {
            taken += take(node) ? 1 : 0;
        }
        return taken;
    }

    private void cluster(int size) {
        for (int rank = 0; rank < size; rank++) {
            var local = new LocalSlotPools();
            local.share(rank, size);
            var node = new SharedSlotPools(store.of(rank), local, BUDGET, this::now, timer);
            store.nodes.add(node);
            nodes.add(node);
            slots.add(node.slots(alice, new PolicyName("concurrent")));
        }
    }

    private long now() {
        return timer.now(TimeUnit.NANOSECONDS);
    }

    private void pass(Duration time) {
        timer.advanceTimeBy(time);
    }
}
