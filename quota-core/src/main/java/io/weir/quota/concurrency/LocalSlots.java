package io.weir.quota.concurrency;

import io.weir.quota.policy.Verdict;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import reactor.core.publisher.Mono;

/// Slots that are counted in memory.
final class LocalSlots implements Slots {

    /// Every active key has slots: no object more than this one.
    private static final AtomicIntegerFieldUpdater<LocalSlots> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(LocalSlots.class, "taken");

    private final LocalSlotPools pools;
    private volatile int taken;

    LocalSlots(LocalSlotPools pools) {
        this.pools = pools;
    }

    @Override
    public Verdict verdict(long slots, long nanoTime) {
        return taken < pools.share().of(slots) ? Verdict.ADMITS : Verdict.REFUSES;
    }

    @Override
    public boolean tryTake(long slots, long nanoTime) {
        long most = pools.share().of(slots);
        int before = taken;
        while (before < most) {
            if (TAKEN.compareAndSet(this, before, before + 1)) {
                return true;
            }
            before = taken;
        }
        return false;
    }

    @Override
    public void free() {
        TAKEN.decrementAndGet(this);
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public Mono<Void> ask(long slots) {
        return Mono.empty();
    }
}
