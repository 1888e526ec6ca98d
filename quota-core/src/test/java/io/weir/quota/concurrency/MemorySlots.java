package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Who holds how many slots, in memory, with replies that can be held back or lost, and nodes that
/// can die.
final class MemorySlots {

    private record Pool(Subject subject, PolicyName policy) {}

    private final Map<Pool, Map<Integer, Long>> pools = new HashMap<>();
    private final Map<Pool, Boolean> wanted = new HashMap<>();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private final Queue<Runnable> announcements = new ArrayDeque<>();
    final List<SharedSlotPools> nodes = new ArrayList<>();

    boolean holding;
    boolean losing;
    boolean away;
    int calls;

    SlotStore of(int node) {
        return new SlotStore() {
            @Override
            public Mono<Long> state(Statement statement) {
                return answer(node, statement);
            }

            @Override
            public boolean isAway(long nanoTime) {
                return away;
            }

            @Override
            public void overdue() {}
        };
    }

    private Mono<Long> answer(int node, SlotStore.Statement statement) {
        calls++;
        if (away) {
            return Mono.error(new IllegalStateException("away"));
        }
        long granted = apply(node, statement);
        if (losing) {
            return Mono.error(new IllegalStateException("lost"));
        }
        if (!holding) {
            return Mono.just(granted);
        }
        Sinks.One<Long> reply = Sinks.one();
        held.add(() -> reply.tryEmitValue(granted));
        return reply.asMono();
    }

    private long apply(int node, SlotStore.Statement statement) {
        var pool = new Pool(statement.subject(), statement.policy());
        Map<Integer, Long> holders = pools.computeIfAbsent(pool, _ -> new HashMap<>());
        long before = holders.getOrDefault(node, 0L);
        long others = holders.values().stream().mapToLong(Long::longValue).sum() - before;
        long granted =
                Math.max(
                        statement.taken(), Math.min(statement.wants(), statement.limit() - others));
        holders.put(node, granted);
        if (granted < statement.wants()) {
            wanted.put(pool, true);
            announce(shared -> shared.wanted(pool.subject(), pool.policy()));
        } else if (granted < before && wanted.remove(pool) != null) {
            announce(shared -> shared.returned(pool.subject(), pool.policy()));
        }
        return granted;
    }

    private void announce(java.util.function.Consumer<SharedSlotPools> message) {
        announcements.add(() -> nodes.forEach(message));
    }

    /// Lets pass what is under way: replies, announcements, and what comes of them.
    void deliver() {
        while (!held.isEmpty() || !announcements.isEmpty()) {
            Runnable next = held.isEmpty() ? announcements.remove() : held.remove();
            next.run();
        }
    }

    void dies(int node) {
        pools.values().forEach(holders -> holders.remove(node));
    }

    long held() {
        return pools.values().stream()
                .flatMap(holders -> holders.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
