package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.SubjectNode;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// All keys of a large reseller spend at once, on one node: how often the ledger is written to for
/// it, and how many rows that takes. With `-Psoak` as long as spending waits to be booked by
/// default, and longer.
class ManyBudgetsTest {

    private static final boolean SOAK = Boolean.getBoolean("weir.soak");
    private static final int KEYS = SOAK ? 10_000 : 1_000;
    private static final int CHUNK = 500;
    private static final long REQUESTS_PER_SECOND = SOAK ? 5_000 : 2_000;

    /// Until each key has its lease.
    private static final long WARM_UP_PER_SECOND = 500;

    private static final Duration WARM_UP = Duration.ofSeconds(2L * KEYS / WARM_UP_PER_SECOND);
    private static final Duration WAITS = Duration.ofSeconds(SOAK ? 60 : 5);
    private static final Duration LASTS = Duration.ofSeconds(SOAK ? 120 : 12);

    /// As the admin API does it.
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private static final String BOOK = "SELECT book_spending(%d * interval '1 ms', 200)";
    private static final Usage ONE = new Usage(1, 0, 1_000_000);

    static final TestDatabase database = TestDatabase.start();

    private final Node node = new Node(database, Duration.ofMillis(500));
    private final UUID reseller = database.reseller("1000000000");
    private final AtomicLong bookings = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong decided = new AtomicLong();

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void theLedgerIsWrittenToOnceForThousandsOfRequests() {
        List<SubjectPath> paths = paths(sell());
        long warm = spend(paths, WARM_UP_PER_SECOND, WARM_UP) - refused.getAndSet(0);
        book(Duration.ZERO);
        bookings.set(0);
        long entries = entries();
        long rows = rows();
        var booking =
                Flux.interval(GATHERED, Schedulers.boundedElastic())
                        .onBackpressureDrop()
                        .subscribe(_ -> book(WAITS));
        long sent = spend(paths, REQUESTS_PER_SECOND, LASTS);
        booking.dispose();
        long served = sent - refused.get();
        System.out.printf(
                "%d keys of one reseller, %d requests in %d s (%d refused): for 1,000 requests %.2f"
                        + " transactions of the ledger, %.1f entries, %.1f rows of accounts%n",
                KEYS,
                sent,
                LASTS.toSeconds(),
                refused.get(),
                1000.0 * bookings.get() / served,
                1000.0 * (entries() - entries) / served,
                1000.0 * (rows() - rows) / served);

        assertThat(bookings.get() * 1000).isBetween(1L, served);
        node.stop();
        book(Duration.ZERO);
        assertThat(database.number("SELECT sum(reserved) FROM account")).isZero();
        assertThat(
                        database.number(
                                "SELECT sum(balance) FROM account WHERE kind IN ('consumed', 'margin')"))
                .isEqualTo((warm + served) * ONE.credits());
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()")).isOne();
    }

    /// In several transactions: one would update the same rows too often.
    private List<UUID> sell() {
        database.run("SELECT top_up('%s', 1000000000000000000)".formatted(reseller));
        for (int sold = 0; sold < KEYS; sold += CHUNK) {
            database.run(
                    """
                    INSERT INTO key (id, reseller_id, label, prefix, last_four)
                        SELECT gen_random_uuid(), '%s', 'k', 'p', '1234' FROM generate_series(1, %d);
                    SELECT open_budget(k.id, 100000000000, 60000000000) FROM key k
                     WHERE NOT EXISTS (SELECT FROM budget b WHERE b.key_id = k.id)
                    """
                            .formatted(reseller, CHUNK));
        }
        return database.texts("SELECT id FROM key").stream().map(UUID::fromString).toList();
    }

    private List<SubjectPath> paths(List<UUID> keys) {
        List<SubjectPath> paths = new ArrayList<>();
        var owner = node.node(new Subject(SubjectKind.RESELLER, reseller), Optional.empty());
        for (int from = 0; from < keys.size(); from += CHUNK) {
            var some = keys.subList(from, from + CHUNK);
            for (var settings : Node.now(node.postgres.subjects().settings(some))) {
                var key = new SubjectNode(settings.subject(), owner);
                node.admission.configure(key, settings, false, Optional.empty());
                paths.add(new SubjectPath(List.of(key, owner)));
            }
        }
        return paths;
    }

    /// One key after the other, at an even pace.
    private long spend(List<SubjectPath> paths, long perSecond, Duration lasts) {
        decided.set(0);
        long begin = System.nanoTime();
        long sent = 0;
        while (System.nanoTime() - begin < lasts.toNanos()) {
            long due = (System.nanoTime() - begin) * perSecond / 1_000_000_000;
            for (; sent < due; sent++) {
                node.admission
                        .admit(paths.get((int) (sent % KEYS)), ONE)
                        .subscribe(
                                decision -> {
                                    if (decision instanceof Admitted(var open, var _)) {
                                        open.settle(ONE);
                                    } else {
                                        refused.incrementAndGet();
                                    }
                                    decided.incrementAndGet();
                                });
            }
            LockSupport.parkNanos(1_000_000);
        }
        while (decided.get() < sent) {
            LockSupport.parkNanos(1_000_000);
        }
        return sent;
    }

    /// All that is due, in transactions that others need not wait for long.
    private void book(Duration waited) {
        String statement = BOOK.formatted(waited.toMillis());
        long keys = database.number(statement);
        while (keys > 0) {
            bookings.incrementAndGet();
            keys = keys < 200 ? 0 : database.number(statement);
        }
    }

    private static long entries() {
        return database.number("SELECT position FROM ledger_head");
    }

    private static long rows() {
        return database.number(
                "SELECT n_tup_upd + n_tup_ins FROM pg_stat_user_tables WHERE relname = 'account'");
    }
}
