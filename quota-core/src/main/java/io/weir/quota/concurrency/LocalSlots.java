package io.weir.quota.concurrency;

import io.weir.quota.policy.Verdict;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/// Slots that are counted in memory.
final class LocalSlots implements Slots {

    private final AtomicLong taken = new AtomicLong();
    private final LocalSlotPools pools;

    LocalSlots(LocalSlotPools pools) {
        this.pools = pools;
    }

    @Override
    public Verdict verdict(long slots, long nanoTime) {
        return taken.get() < pools.share().of(slots) ? Verdict.ADMITS : Verdict.REFUSES;
    }

    @Override
    public boolean tryTake(long slots, long nanoTime) {
        long most = pools.share().of(slots);
        long before = taken.get();
        while (before < most) {
            if (taken.compareAndSet(before, before + 1)) {
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    @Override
    public void free() {
        taken.decrementAndGet();
    }

    @Override
    public long taken() {
        return taken.get();
    }

    @Override
    public Mono<Void> ask(long slots) {
        return Mono.empty();
    }
}
