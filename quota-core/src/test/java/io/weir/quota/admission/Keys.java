package io.weir.quota.admission;

import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.journal.Journal;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Rollups;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Keys of clients of one reseller on one node, with limits that are never reached: what the
/// benchmarks work on.
final class Keys {

    private static final PolicyName CONC = new PolicyName("conc");
    private static final PolicyName RPM = new PolicyName("rpm");
    private static final PolicyName CLIENT_RPM = new PolicyName("client-rpm");
    private static final long PLENTY = 10_000_000_000L;
    private static final int KEYS_OF_A_CLIENT = 10;

    /// One object for all keys, as most have the same.
    private static final List<QuotaPolicy> OWN =
            List.of(new Concurrency(CONC, Concurrency.MOST), TokenBucket.perMinute(RPM, PLENTY));

    static final Duration USUAL_TICK = Duration.ofMillis(500);

    final EndlessStore store = new EndlessStore();
    private final Leases leases;
    final Admission admission;
    private final SubjectNode reseller = new SubjectNode(subject(SubjectKind.RESELLER, 0), null);
    private SubjectNode client = reseller;
    private final Disposable ticks;

    /// @param journal the folder of the node's journal
    /// @param tick between two reports
    Keys(Path journal, Duration tick) {
        Journal file = Journal.open(journal);
        this.leases =
                new Leases(
                        store,
                        file,
                        new Rollups(file),
                        System::nanoTime,
                        InstantSource.system(),
                        Duration.ofSeconds(2),
                        Schedulers.parallel());
        this.admission =
                new Admission(
                        new TokenBuckets(System::nanoTime),
                        new LocalSlotPools(),
                        leases,
                        InstantSource.system(),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(15),
                        Schedulers.parallel());
        leases.start().block();
        ticks = Flux.interval(tick).subscribe(_ -> leases.tick());
    }

    void stop() {
        ticks.dispose();
        leases.close().block();
    }

    /// The path of the n-th key. Keys are to be asked for in order: ten of them share a client.
    ///
    /// @param policies how many of its five the path has
    SubjectPath path(long n, int policies) {
        if (n == 0) {
            configure(reseller, policies > 4 ? List.of(quota("pool")) : List.of());
        }
        if (n % KEYS_OF_A_CLIENT == 0) {
            client = new SubjectNode(subject(SubjectKind.CLIENT, n), reseller);
            var rate = TokenBucket.perMinute(CLIENT_RPM, PLENTY);
            configure(
                    client,
                    List.of(rate, quota("monthly")).subList(0, Math.clamp(policies - 2, 0, 2)));
        }
        var key = new SubjectNode(subject(SubjectKind.KEY, n), client);
        configure(key, policies > 1 ? OWN : OWN.subList(0, 1));
        return new SubjectPath(List.of(key, client, reseller));
    }

    private void configure(SubjectNode node, List<? extends QuotaPolicy> policies) {
        var settings =
                new SubjectSettings(
                        1,
                        node.subject(),
                        Status.ACTIVE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Restrictions.NONE,
                        null,
                        List.copyOf(policies));
        admission.configure(node, settings, false, Optional.empty());
    }

    private static QuotaPolicy quota(String name) {
        return World.quota(name, QuotaUnit.REQUESTS, CalendarPeriod.MONTHLY, Long.MAX_VALUE / 2);
    }

    private static Subject subject(SubjectKind kind, long n) {
        return new Subject(kind, new UUID(kind.name().hashCode(), n));
    }
}
