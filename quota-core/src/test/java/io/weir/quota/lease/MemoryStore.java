package io.weir.quota.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The store's contract in memory, with the ways in which a network can fail it.
final class MemoryStore implements LeaseStore {

    record Counter(CounterKey key, Instant starts) {}

    /// What a lost node held, until somebody decides.
    record Forfeit(UUID node, Counter counter, long units) {}

    private static final Duration AHEAD = Duration.ofSeconds(30);
    private static final Duration ALIVE = Duration.ofSeconds(10);

    private static final class Node {
        String name = "";
        long sequence;
        long applied;
        @Nullable Reply reply;
        Instant seenAt = Instant.EPOCH;
        Duration life = Leases.USUAL_LIFE;
        boolean fenced;
    }

    final Map<CounterKey, Long> limits = new HashMap<>();
    final Map<Counter, Long> used = new HashMap<>();
    final Map<Counter, Map<UUID, Long>> held = new HashMap<>();
    final List<Report> applied = new ArrayList<>();
    private final Map<CounterKey, Instant> renewed = new HashMap<>();
    final List<Forfeit> forfeits = new ArrayList<>();
    private final Map<UUID, Node> nodes = new HashMap<>();
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    Instant now = START;
    boolean away;
    boolean loseReply;
    boolean holdReply;
    private final Sinks.Empty<Void> go = Sinks.empty();
    boolean loseResumed;
    boolean refusesEveryone;
    Runnable beforeReply = () -> {};
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
                    beforeReply.run();
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
    public Mono<Resumed> resume(UUID node, String name, @Nullable UUID replaces, long number) {
        return Mono.fromSupplier(
                () -> {
                    if (away) {
                        throw new IllegalStateException("The store is away");
                    }
                    Resumed resumed = resumed(node, name, replaces, number);
                    if (loseResumed) {
                        throw new IllegalStateException("The reply was lost");
                    }
                    return resumed;
                });
    }

    private Resumed resumed(UUID id, String name, @Nullable UUID replaces, long number) {
        Node node = known(id);
        if (number < node.sequence) {
            throw new Refused("Resumed late", node.applied, null);
        }
        boolean unknown = node.sequence == 0 && replaces == null;
        node.name = name;
        node.sequence = number;
        node.reply = null;
        node.seenAt = now;
        List<UUID> lost =
                nodes.entrySet().stream()
                        .filter(other -> !other.getKey().equals(id) && !other.getValue().fenced)
                        .filter(
                                other ->
                                        other.getKey().equals(replaces)
                                                || (other.getValue().name.equals(name)
                                                        && !name.isEmpty()
                                                        && (unknown || !isAlive(other.getValue()))))
                        .map(Map.Entry::getKey)
                        .toList();
        long before = forfeits.size();
        lost.forEach(this::setAside);
        List<Held> leases = new ArrayList<>();
        held.forEach(
                (counter, holders) ->
                        leases.add(
                                new Held(
                                        counter.key(),
                                        counter.starts(),
                                        holders.getOrDefault(id, 0L))));
        return new Resumed(node.applied, node.sequence, forfeits.size() - before, leases);
    }

    private Node known(UUID id) {
        Node node = nodes.computeIfAbsent(id, _ -> new Node());
        if (node.fenced || refusesEveryone) {
            throw new Refused("Given up", node.applied, null);
        }
        return node;
    }

    private boolean isAlive(Node node) {
        return node.seenAt.plus(node.life).isAfter(now);
    }

    /// What an operator does with a node that is lost.
    void forfeit(UUID lost) {
        if (isAlive(known(lost))) {
            throw new IllegalStateException("It is alive");
        }
        setAside(lost);
    }

    void setAside(UUID lost) {
        known(lost).fenced = true;
        held.forEach(
                (counter, holders) -> {
                    long units = Objects.requireNonNullElse(holders.remove(lost), 0L);
                    if (units > 0) {
                        forfeits.add(new Forfeit(lost, counter, units));
                    }
                });
    }

    /// The store is set back to a time when it did not know this node.
    void forget(UUID node) {
        nodes.remove(node);
    }

    private Reply once(Report report) {
        Node node = known(report.node());
        if (report.sequence() == node.applied && node.reply != null) {
            return node.reply;
        }
        if (report.sequence() != node.sequence + 1) {
            throw new Refused("Out of sequence", node.applied, null);
        }
        applied.add(report);
        report.leases().forEach(entry -> renewed.put(entry.counter(), now));
        List<Grant> grants =
                report.leases().stream().map(entry -> apply(report.node(), entry)).toList();
        node.sequence = report.sequence();
        node.applied = report.sequence();
        node.seenAt = now;
        node.life = report.life();
        List<UUID> alive =
                nodes.entrySet().stream()
                        .filter(other -> !other.getValue().fenced)
                        .filter(other -> other.getValue().seenAt.plus(ALIVE).isAfter(now))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        node.reply = new Reply(now, alive.size(), alive.indexOf(report.node()), grants);
        return node.reply;
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
        boolean inForce =
                limits.containsKey(entry.counter())
                        && now.isBefore(entry.period().ends())
                        && !now.isBefore(entry.period().starts().minus(AHEAD));
        long limit = limits.getOrDefault(entry.counter(), 0L);
        long free = Math.max(0, limit - total - leased(counter) - forfeited(counter));
        long granted = inForce ? Math.min(entry.wants(), free) : 0;
        if (granted < entry.least()) {
            granted = 0;
        }
        holders.put(node, mine + granted);
        return new Grant(
                inForce,
                granted,
                total,
                leased(counter),
                forfeited(counter),
                mine + granted,
                OptionalLong.of(limit));
    }

    private long leased(Counter counter) {
        return held.getOrDefault(counter, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private long forfeited(Counter counter) {
        return forfeits.stream()
                .filter(forfeit -> forfeit.counter().equals(counter))
                .mapToLong(Forfeit::units)
                .sum();
    }

    Instant renewedAt(CounterKey key) {
        return Objects.requireNonNull(renewed.get(key));
    }

    int entries() {
        return applied.stream().mapToInt(report -> report.leases().size()).sum();
    }

    long requests() {
        return applied.stream()
                .flatMap(report -> report.usage().stream())
                .mapToLong(row -> row.metered().requests())
                .sum();
    }

    long used(CounterKey key) {
        return used.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    long used(CounterKey key, Instant starts) {
        return Objects.requireNonNullElse(used.get(new Counter(key, starts)), 0L);
    }

    long leased(CounterKey key, Instant starts) {
        return leased(new Counter(key, starts));
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
