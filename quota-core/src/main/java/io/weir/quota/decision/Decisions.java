package io.weir.quota.decision;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// What was decided and is not stored yet.
///
/// Of one key the newest are held, as many as the store keeps of it. Once half of the room is
/// taken, by a few keys that are refused again and again, each gets much less, so that there is
/// room for the others. What is sent stays the same until the store has it.
public final class Decisions {

    private static final Logger log = LoggerFactory.getLogger(Decisions.class);

    /// So many of a key are kept by the store.
    public static final int MOST_OF_A_KEY = 1_000;

    /// The most that are held, and the most that are sent at once.
    public static final int MOST = 5_000;

    private static final int FEW_OF_A_KEY = 100;

    /// The store forgets what is old also when nothing is refused any more.
    private static final long IDLE_NANOS = Duration.ofMinutes(10).toNanos();

    private record Whose(UUID key, boolean refused) {}

    private final DecisionStore store;
    private final Duration answerTime;
    private final Scheduler timer;
    private final AtomicBoolean sending = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();

    /// Guarded by this; what is done under it is short, and waits for nothing.
    private Map<Whose, Deque<Decision>> held = new HashMap<>();

    private volatile int size;

    /// The sender's own.
    private List<Decision> unanswered = List.of();

    private long askedAt = System.nanoTime();
    private boolean away;

    public Decisions(DecisionStore store, Duration answerTime, Scheduler timer) {
        this.store = store;
        this.answerTime = answerTime;
        this.timer = timer;
    }

    public synchronized void add(Decision decision) {
        var whose = new Whose(decision.key(), decision.isRefusal());
        Deque<Decision> same = held.get(whose);
        int most = size < MOST / 2 ? MOST_OF_A_KEY : FEW_OF_A_KEY;
        if (same != null && same.size() >= most) {
            same.removeFirst();
            same.addLast(decision);
            dropped.incrementAndGet();
        } else if (size >= MOST) {
            dropped.incrementAndGet();
        } else {
            held.computeIfAbsent(whose, _ -> new ArrayDeque<>()).addLast(decision);
            size++;
        }
    }

    /// Sends what is held, unless an earlier report is still under way. To be called every so
    /// often.
    ///
    /// @return completes when that is done, whatever came of it
    public Mono<Void> report() {
        return Mono.defer(() -> sending.compareAndSet(false, true) ? send() : Mono.empty());
    }

    private Mono<Void> send() {
        List<Decision> next = unanswered.isEmpty() ? take() : unanswered;
        long now = System.nanoTime();
        if (next.isEmpty() && now - askedAt < IDLE_NANOS) {
            sending.set(false);
            return Mono.empty();
        }
        unanswered = next;
        askedAt = now;
        return store.keep(next)
                .timeout(answerTime, timer)
                .doOnSuccess(_ -> kept())
                .doOnError(this::failed)
                .onErrorComplete()
                .doFinally(_ -> sending.set(false));
    }

    private List<Decision> take() {
        Map<Whose, Deque<Decision>> taken;
        synchronized (this) {
            taken = held;
            held = new HashMap<>();
            size = 0;
        }
        List<Decision> all = new ArrayList<>();
        taken.values().forEach(all::addAll);
        return all;
    }

    private void kept() {
        unanswered = List.of();
        away = false;
    }

    private void failed(Throwable failure) {
        if (failure instanceof DecisionStore.Refused) {
            log.error("{} decisions can't be kept", unanswered.size(), failure);
            dropped.addAndGet(unanswered.size());
            unanswered = List.of();
        } else if (!away) {
            away = true;
            log.warn("Decisions are not stored at the moment: {}", failure.toString());
        }
    }

    /// Not stored yet, and not under way to the store.
    public int size() {
        return size;
    }

    /// That nobody will ever find, because there were too many.
    public long dropped() {
        return dropped.get();
    }
}
