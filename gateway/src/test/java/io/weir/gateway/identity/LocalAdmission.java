package io.weir.gateway.identity;

import io.weir.quota.admission.Admission;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.journal.Journal;
import io.weir.quota.lease.Leases;
import io.weir.quota.usage.Rollups;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Schedulers;

/// Admission on one node alone, without quotas.
final class LocalAdmission {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private LocalAdmission() {}

    /// @param ticker nanoseconds, monotonic
    static Admission in(Path folder, LongSupplier ticker, InstantSource clock) {
        var journal = Journal.open(folder, "", InstantSource.system());
        var leases =
                new Leases(
                        new NobodyAsks(),
                        journal,
                        new Rollups(journal),
                        ticker,
                        clock,
                        PATIENCE,
                        PATIENCE,
                        Schedulers.parallel());
        return new Admission(
                new TokenBuckets(ticker),
                new LocalSlotPools(),
                leases,
                clock,
                PATIENCE,
                PATIENCE,
                Schedulers.parallel());
    }
}
