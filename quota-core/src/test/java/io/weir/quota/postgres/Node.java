package io.weir.quota.postgres;

import io.weir.quota.admission.Admission;
import io.weir.quota.admission.RuleNode;
import io.weir.quota.admission.SubjectNode;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.journal.Journal;
import io.weir.quota.lease.Leases;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// What a gateway is, less the HTTP.
final class Node {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Thousands of leases go back in several reports.
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(1);

    final Postgres postgres;
    final Journal journal = Journal.inMemory();
    final Rollups rollups = new Rollups(journal);
    final Leases leases;
    final Admission admission;
    private final Disposable ticks;
    private final Disposable announcements;

    Node(TestDatabase database) {
        this(database, Duration.ofMillis(100));
    }

    /// @param tick between two reports
    Node(TestDatabase database, Duration tick) {
        postgres = Postgres.open(database.gateway(), "test", 4);
        leases =
                new Leases(
                        postgres.leases(),
                        journal,
                        rollups,
                        System::nanoTime,
                        InstantSource.system(),
                        Duration.ofSeconds(2),
                        Schedulers.parallel());
        admission =
                new Admission(
                        new TokenBuckets(System::nanoTime),
                        new LocalSlotPools(),
                        leases,
                        InstantSource.system(),
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(15),
                        Schedulers.parallel());
        ticks = Flux.interval(tick).subscribe(_ -> leases.tick());
        announcements = postgres.subjects().announcements().subscribe(this::heard);
        leases.start().block(PATIENCE);
    }

    private void heard(Announcement announcement) {
        switch (announcement) {
            case Announcement.Wanted(var counter) -> leases.giveWay(counter);
            case Announcement.Returned(var counter) -> leases.retry(counter);
            case Announcement.Listening(), Announcement.Configured(var _, var _) -> {}
        }
    }

    SubjectPath path(UUID client, UUID reseller) {
        return new SubjectPath(
                List.of(
                        node(new Subject(SubjectKind.CLIENT, client), Optional.empty()),
                        node(new Subject(SubjectKind.RESELLER, reseller), Optional.empty())));
    }

    SubjectNode node(Subject subject, Optional<RuleNode> rule) {
        var node = new SubjectNode(subject, null);
        configure(node, rule);
        return node;
    }

    void configure(SubjectNode node, Optional<RuleNode> rule) {
        var settings = now(postgres.subjects().settings(List.of(node.subject().id())));
        admission.configure(node, settings.getFirst(), false, rule);
    }

    void configure(RuleNode rule) {
        admission.configure(rule, now(postgres.subjects().rules(List.of(rule.id()))).getFirst());
    }

    static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }

    void stop() {
        ticks.dispose();
        leases.close().block(LONG_PATIENCE);
        announcements.dispose();
        postgres.close().block(PATIENCE);
    }
}
