package io.weir.quota.admission;

import io.weir.quota.lease.LeaseStore;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/// A store that grants all it is asked for at once, and counts how often it is.
final class EndlessStore implements LeaseStore {

    final AtomicLong statements = new AtomicLong();

    @Override
    public Mono<Reply> exchange(Report report) {
        statements.incrementAndGet();
        List<Grant> grants =
                report.leases().stream()
                        .map(
                                entry ->
                                        new Grant(
                                                true,
                                                entry.wants(),
                                                0,
                                                entry.wants(),
                                                entry.wants(),
                                                OptionalLong.of(Long.MAX_VALUE / 2)))
                        .toList();
        return Mono.just(new Reply(Instant.now(), grants));
    }

    @Override
    public Mono<Resumed> resume(UUID node) {
        return Mono.just(new Resumed(0, 1, List.of()));
    }
}
