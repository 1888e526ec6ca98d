package io.weir.quota.concurrency;

import io.weir.quota.cluster.Share;
import io.weir.quota.cluster.Sharing;
import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The slots that this node shares with others through a store.
public final class SharedSlotPools implements SlotPools {

    private static final Duration ROUND = Duration.ofMillis(250);

    private final SlotStore store;
    private final LocalSlotPools local;
    private final Sharing<SharedSlots> sharing;
    private final Registry<SharedSlots> pools = new Registry<>();

    /// @param local knows this node's share, for when the store is away
    /// @param budget how long a request may wait for a slot
    public SharedSlotPools(
            SlotStore store,
            LocalSlotPools local,
            Duration budget,
            LongSupplier nanoTime,
            Scheduler timer) {
        this.store = store;
        this.local = local;
        this.sharing =
                new Sharing<>(
                        budget,
                        ROUND,
                        nanoTime,
                        timer,
                        () -> isStoreAway(nanoTime.getAsLong()),
                        store::overdue);
    }

    @Override
    public Slots slots(Subject subject, PolicyName policy) {
        return pools.get(subject, policy, () -> new SharedSlots(subject, policy, this));
    }

    /// Slots that were taken from this node's share, because the store was away.
    public long fallbacks() {
        return sharing.fallbacks();
    }

    /// Another node wants slots of this pool.
    public void wanted(Subject subject, PolicyName policy) {
        pools.find(subject, policy).ifPresent(SharedSlots::wanted);
    }

    /// Another node gave slots of this pool back.
    public void returned(Subject subject, PolicyName policy) {
        pools.find(subject, policy).ifPresent(SharedSlots::returned);
    }

    /// The store has forgotten this node: says again what it holds.
    public void restate() {
        sharing.forEach(SharedSlots::restate);
    }

    /// Gives back what no request has.
    public Mono<Void> close() {
        return sharing.close();
    }

    Sharing<SharedSlots> sharing() {
        return sharing;
    }

    Share share() {
        return local.share();
    }

    boolean isStoreAway(long now) {
        return store.isAway(now);
    }

    Mono<Long> state(Statement statement) {
        return Mono.defer(() -> store.state(statement));
    }
}
