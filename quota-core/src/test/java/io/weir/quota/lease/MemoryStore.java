package io.weir.quota.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The store's contract in memory, with the ways in which a network can fail it.
final class MemoryStore implements LeaseStore {

    record Counter(CounterKey key, Instant starts) {}

    private record Node(long sequence, Reply reply) {}

    final Map<CounterKey, Long> limits = new HashMap<>();
    final Map<Counter, Long> used = new HashMap<>();
    final Map<Counter, Map<UUID, Long>> held = new HashMap<>();
    final List<Report> applied = new ArrayList<>();
    private final Map<UUID, Node> nodes = new HashMap<>();
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    boolean away;
    boolean loseReply;
    boolean holdReply;
    private final Sinks.Empty<Void> go = Sinks.empty();
    int statements;

    @Override
    public Mono<Reply> exchange(Report report) {
        return Mono.defer(
                () -> {
                    statements++;
                    if (away) {
                        return Mono.error(new IllegalStateException("The store is away"));
                    }
                    Reply reply = once(report);
                    if (loseReply) {
                        return Mono.error(new IllegalStateException("The reply was lost"));
                    }
                    return holdReply ? go.asMono().thenReturn(reply) : Mono.just(reply);
                });
    }

    /// Lets go of the replies that were held back.
    void reply() {
        go.tryEmitEmpty();
    }

    @Override
    public Mono<Resumed> resume(UUID node) {
        return Mono.fromSupplier(
                () -> {
                    Node known = nodes.get(node);
                    long last = known == null ? 0 : known.sequence();
                    nodes.put(node, new Node(last + 1, new Reply(now, List.of())));
                    List<Held> leases = new ArrayList<>();
                    held.forEach(
                            (counter, holders) ->
                                    leases.add(
                                            new Held(
                                                    counter.key(),
                                                    counter.starts(),
                                                    holders.getOrDefault(node, 0L))));
                    return new Resumed(last, last + 1, leases);
                });
    }

    private Reply once(Report report) {
        Node known = nodes.get(report.node());
        if (known != null && known.sequence() == report.sequence()) {
            return known.reply();
        }
        if (report.sequence() != (known == null ? 1 : known.sequence() + 1)) {
            throw new UnknownNode("Out of sequence", new IllegalStateException());
        }
        applied.add(report);
        var reply =
                new Reply(now, report.leases().stream().map(e -> apply(report.node(), e)).toList());
        nodes.put(report.node(), new Node(report.sequence(), reply));
        return reply;
    }

    private Grant apply(UUID node, Entry entry) {
        var counter = new Counter(entry.counter(), entry.period().starts());
        Map<UUID, Long> holders = held.computeIfAbsent(counter, _ -> new HashMap<>());
        long mine = holders.getOrDefault(node, 0L);
        long spent = Math.min(entry.used(), mine);
        if (entry.returned() > mine - spent) {
            throw new IllegalStateException("Returns what it does not hold");
        }
        mine -= spent + entry.returned();
        long total = used.getOrDefault(counter, 0L) + entry.used();
        used.put(counter, total);
        holders.put(node, mine);
        boolean inForce = limits.containsKey(entry.counter()) && entry.period().contains(now);
        long limit = limits.getOrDefault(entry.counter(), 0L);
        long free = Math.max(0, limit - total - leased(counter));
        long granted = inForce ? Math.min(entry.wants(), free) : 0;
        holders.put(node, mine + granted);
        return new Grant(
                inForce, granted, total, leased(counter), mine + granted, OptionalLong.of(limit));
    }

    private long leased(Counter counter) {
        return held.getOrDefault(counter, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    long used(CounterKey key) {
        return used.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    long leased(CounterKey key) {
        return held.keySet().stream()
                .filter(counter -> counter.key().equals(key))
                .mapToLong(this::leased)
                .sum();
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
