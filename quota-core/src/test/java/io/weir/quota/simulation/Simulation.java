package io.weir.quota.simulation;

import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.simulation.Cast.Member;
import io.weir.quota.simulation.Cast.Path;
import io.weir.quota.simulation.SimulatedStore.Forfeit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import reactor.core.publisher.Hooks;

/// One run: a bad time drawn from the seed, then everything is made well, and the books must agree.
final class Simulation {

    private static final Instant MONTH_ENDS = Instant.parse("2026-12-01T00:00:00Z");
    private static final Duration SHORTEST = Duration.ofSeconds(3);
    private static final Duration RECOVERY = Duration.ofSeconds(8);
    private static final Duration DRAIN = Duration.ofSeconds(4);
    private static final Duration A_MOMENT = Duration.ofMillis(5);
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long LARGEST_LIMIT = 120;
    private static final long LARGEST_COST = 6;

    private final Faults faults;
    private final Random random;
    private final Events events;
    private final Network network;
    private final SimulatedStore store;
    private final Cast cast;
    private final Model model = new Model();
    private final Callers callers;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Duration badTime;
    private boolean healed;

    private Simulation(long seed, PlantedBug bug, boolean told) {
        random = new Random(seed);
        faults = new Faults(random);
        badTime = SHORTEST.plusNanos(faults.upTo(Duration.ofSeconds(12)));
        events = new Events(start(), told);
        network = new Network(events, faults);
        store = new SimulatedStore(events, bug, this::announce);
        cast = new Cast(random);
        callers = new Callers(events, faults, model);
        cast.members.forEach(member -> limit(member, 1 + random.nextLong(LARGEST_LIMIT)));
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            var id = new UUID(random.nextLong(), random.nextLong());
            nodes.add(new SimulatedNode(id, cast, store, network, events, clock()));
        }
    }

    /// @return a hash of all that happened
    /// @throws Violation if a law was broken
    static long run(long seed, PlantedBug bug) {
        return run(seed, bug, false);
    }

    /// @param told whether all that happens is printed
    static long run(long seed, PlantedBug bug, boolean told) {
        var simulation = new Simulation(seed, bug, told);
        Hooks.onErrorDropped(simulation.events::failed);
        try {
            simulation.haveABadTime();
            simulation.heal();
            simulation.calm().check();
        } finally {
            Hooks.resetOnErrorDropped();
        }
        return simulation.events.hash();
    }

    private Calm calm() {
        return new Calm(events, model, store, cast, nodes, callers, random);
    }

    /// A month ends during the bad time, or not at all.
    private Instant start() {
        return MONTH_ENDS.minusNanos(
                faults.oneIn(2) ? faults.upTo(badTime) : Duration.ofHours(6).toNanos());
    }

    private SkewedClock clock() {
        double rate = 1 + (random.nextDouble() - 0.5) / 5_000;
        return new SkewedClock(events, rate, random.nextLong(), faults.about(SOON));
    }

    private void haveABadTime() {
        often(Duration.ofMillis(20 + random.nextInt(200)), this::request);
        sometimes(this::change);
        sometimes(this::crash);
        sometimes(this::freeze);
        sometimes(this::stop);
        sometimes(this::storeGoesAway);
        sometimes(this::giveUp);
        sometimes(() -> node().clock.step(faults.about(Duration.ofDays(1))));
        events.run(badTime);
    }

    private void sometimes(Runnable action) {
        if (!faults.oneIn(3)) {
            often(Duration.ofMillis(500 + random.nextInt(8_000)), action);
        }
    }

    private void often(Duration mean, Runnable action) {
        events.in(
                faults.upTo(mean.multipliedBy(2)),
                () -> {
                    if (!healed) {
                        action.run();
                        often(mean, action);
                    }
                });
    }

    private void request() {
        SimulatedNode node = node();
        if (node.accepts()) {
            callers.callAndEnd(node, path(), 1 + random.nextLong(LARGEST_COST));
        }
    }

    private void change() {
        Member member = cast.members.get(random.nextInt(cast.members.size()));
        limit(member, faults.oneIn(4) ? 0 : random.nextLong(LARGEST_LIMIT));
        nodes.forEach(node -> tell(node, () -> node.configure(member), false));
    }

    private void limit(Member member, long units) {
        events.note("limit", units, member.counter());
        store.limit(member.counter(), units);
        model.limit(member.counter(), units);
    }

    private void announce(Announcement announcement) {
        nodes.forEach(node -> tell(node, () -> node.hear(announcement), true));
    }

    /// A change of the configuration is never lost, as nodes look for it now and then.
    private void tell(SimulatedNode node, Runnable news, boolean mayBeLost) {
        Life life = node.life();
        if (!mayBeLost || !faults.loses()) {
            events.in(faults.delay(), () -> life.run(news));
        }
    }

    private void crash() {
        SimulatedNode node = node();
        if (node.life().isAlive()) {
            node.life().kill();
            events.note("killed", node.id);
            events.in(
                    faults.upTo(faults.oneIn(2) ? A_MOMENT : LONGEST_ABSENCE),
                    node::startUnlessAlive);
        }
    }

    private void stop() {
        SimulatedNode node = node();
        if (node.accepts()) {
            events.note("stopping", node.id);
            node.stop(
                    faults.upTo(DRAIN), () -> events.in(faults.upTo(SOON), node::startUnlessAlive));
        }
    }

    private void freeze() {
        SimulatedNode node = node();
        Life life = node.life();
        life.freeze();
        events.note("frozen", node.id);
        events.in(faults.upTo(Duration.ofSeconds(8)), life::thaw);
    }

    /// An operator gives up a node whose leases have expired, and decides over them later.
    private void giveUp() {
        boolean refunds = faults.oneIn(2);
        for (Forfeit forfeit : store.forfeit(node().identity())) {
            events.in(
                    faults.upTo(LONGEST_ABSENCE),
                    () -> {
                        store.decide(forfeit, refunds);
                        model.decided(forfeit.place(), forfeit.units(), refunds);
                    });
        }
    }

    private void storeGoesAway() {
        Network.Store[] ways = Network.Store.values();
        Network.Store way = ways[random.nextInt(ways.length)];
        network.store(way);
        events.note("store", way.name());
        events.in(faults.upTo(LONGEST_ABSENCE), () -> network.store(Network.Store.UP));
    }

    private void heal() {
        healed = true;
        faults.end();
        network.store(Network.Store.UP);
        nodes.forEach(node -> node.life().thaw());
        nodes.forEach(SimulatedNode::startUnlessAlive);
        events.run(RECOVERY);
        nodes.forEach(SimulatedNode::startUnlessAlive);
        callers.endAll();
        cast.members.forEach(member -> nodes.forEach(node -> node.configure(member)));
        events.run(RECOVERY);
    }

    private SimulatedNode node() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Path path() {
        return cast.paths.get(random.nextInt(cast.paths.size()));
    }
}
