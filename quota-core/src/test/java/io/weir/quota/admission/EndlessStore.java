package io.weir.quota.admission;

import io.weir.quota.lease.LeaseStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A store that grants one node all it asks for at once, and counts how often it is asked.
final class EndlessStore implements LeaseStore {

    private static final long LIMIT = Long.MAX_VALUE / 2;

    private record Counter(Object key, Instant starts) {}

    final AtomicLong statements = new AtomicLong();
    private final Map<Counter, Long> held = new HashMap<>();

    @Override
    public synchronized Mono<Reply> exchange(Report report) {
        statements.incrementAndGet();
        return Mono.just(
                new Reply(Instant.now(), 1, 0, report.leases().stream().map(this::grant).toList()));
    }

    private Grant grant(Entry entry) {
        var counter = new Counter(entry.counter(), entry.period().starts());
        long holds =
                held.merge(counter, entry.wants() - entry.used() - entry.returned(), Long::sum);
        return new Grant(true, entry.wants(), 0, holds, 0, holds, OptionalLong.of(LIMIT));
    }

    @Override
    public Mono<Resumed> resume(UUID node, String name, @Nullable UUID replaces, long number) {
        return Mono.just(new Resumed(0, 1, 0, List.of()));
    }
}
