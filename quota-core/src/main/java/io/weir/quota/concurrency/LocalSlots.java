package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/// Slots counted by this node alone.
public final class LocalSlots implements SlotPools {

    private record Key(Subject subject, PolicyName policy) {}

    private final Map<Key, Slots> pools = new ConcurrentHashMap<>();

    @Override
    public Slots slots(Subject subject, PolicyName policy) {
        return pools.computeIfAbsent(new Key(subject, policy), _ -> new Gauge());
    }

    private static final class Gauge implements Slots {

        private final AtomicLong taken = new AtomicLong();

        @Override
        public Verdict verdict(long slots, long nanoTime) {
            return taken.get() < slots ? Verdict.ADMITS : Verdict.REFUSES;
        }

        @Override
        public boolean tryTake(long slots, long nanoTime) {
            long before = taken.get();
            while (before < slots) {
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
}
