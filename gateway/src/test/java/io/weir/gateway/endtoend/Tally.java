package io.weir.gateway.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/// How many callers were told what, and the first few answers of each status.
final class Tally {

    private static final int KEPT = 20;

    private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    private final Map<Integer, Queue<Answer>> first = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final long begin = System.nanoTime();
    private volatile Duration took = Duration.ZERO;

    void add(int status) {
        statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
        took = Duration.ofNanos(System.nanoTime() - begin);
    }

    boolean keeps(int status) {
        return first.computeIfAbsent(status, _ -> new ConcurrentLinkedQueue<>()).size() < KEPT;
    }

    void keep(Answer answer) {
        first.computeIfAbsent(answer.status(), _ -> new ConcurrentLinkedQueue<>()).add(answer);
    }

    void add(Throwable error) {
        errors.computeIfAbsent(error.getClass().getSimpleName(), _ -> new LongAdder()).increment();
    }

    long count(int status) {
        LongAdder count = statuses.get(status);
        return count == null ? 0 : count.sum();
    }

    /// How many got no whole answer.
    long errors() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    List<Answer> first(int status) {
        return List.copyOf(first.getOrDefault(status, new ConcurrentLinkedQueue<>()));
    }

    /// Statuses and connection errors, each with its count: what a test compares in one go.
    Map<String, Long> outcomes() {
        Map<String, Long> outcomes = new ConcurrentHashMap<>();
        statuses.forEach((status, count) -> outcomes.put(status.toString(), count.sum()));
        errors.forEach((error, count) -> outcomes.put(error, count.sum()));
        return outcomes;
    }

    double perSecond() {
        return perSecond(statuses.values().stream().mapToLong(LongAdder::sum).sum());
    }

    /// How many were told this.
    double perSecond(int status) {
        return perSecond(count(status));
    }

    private double perSecond(long answers) {
        return answers * 1e9 / Math.max(1, took.toNanos());
    }

    @Override
    public String toString() {
        return "%s in %.1f s".formatted(outcomes(), took.toNanos() / 1e9);
    }
}
