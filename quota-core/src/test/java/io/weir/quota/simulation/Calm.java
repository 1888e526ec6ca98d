package io.weir.quota.simulation;

import static io.weir.quota.simulation.Model.law;

import io.weir.quota.simulation.Callers.Call;
import io.weir.quota.simulation.Cast.Path;
import io.weir.quota.usage.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// What holds once all is well: nothing is left over, what fits is admitted, what does not is not,
/// and the books agree.
record Calm(
        Events events,
        Model model,
        SimulatedStore store,
        Cast cast,
        List<SimulatedNode> nodes,
        Callers callers,
        Random random) {

    private static final Duration AN_ANSWER = SimulatedNode.BUDGET.plusMillis(10);

    /// The most that a node sends in that time, its regular reports included.
    private static final long STATEMENTS = 8;

    /// After this, what was refused may be asked for again.
    private static final Duration A_WHILE = Duration.ofMillis(1_600);

    private static final Duration AT_REST = Duration.ofSeconds(6);

    void check() {
        nothingIsLeftOver();
        model.calm();
        cast.paths.forEach(this::allThatIsLeftIsToBeHad);
        events.run(AT_REST);
        nothingIsLeftOver();
        nodes.forEach(node -> node.stop(1, () -> {}));
        events.run(AT_REST);
        nodes.forEach(node -> law(!node.life().isAlive(), "a node does not stop"));
        theBooksAgree();
    }

    private void nothingIsLeftOver() {
        for (SimulatedNode node : nodes) {
            law(node.isAtRest(), "a node has " + node.leftOver());
        }
        theBooksAgree();
    }

    private void theBooksAgree() {
        law(store.leased() == 0, "%d units are leased to nobody".formatted(store.leased()));
        model.check(store.used(), store.usage());
    }

    private void allThatIsLeftIsToBeHad(Path path) {
        for (SimulatedNode node : nodes) {
            take(node, path, 1, rest(path) > 0).settle(1, Outcome.SERVED);
        }
        long rest = rest(path);
        if (rest > 0) {
            Call all = take(node(), path, rest, true);
            nodes.forEach(node -> take(node, path, 1, false));
            all.release();
            events.run(A_WHILE);
            take(node(), path, rest, true).settle(rest, Outcome.SERVED);
        }
        nodes.forEach(node -> take(node, path, 1, false));
    }

    private Call take(SimulatedNode node, Path path, long cost, boolean fits) {
        long before = store.statements();
        Call call = callers.call(node, path, cost);
        events.run(AN_ANSWER);
        long statements = store.statements() - before;
        law(statements <= STATEMENTS * nodes.size(), "a request cost %d".formatted(statements));
        law(call.isAdmitted() == fits, "%d units fit: %s, but %s".formatted(cost, fits, call));
        law(call.isRefused() != fits, "%d units are answered by %s".formatted(cost, call));
        return call;
    }

    private long rest(Path path) {
        return path.places(events.instant()).stream()
                .mapToLong(model::remaining)
                .min()
                .orElseThrow();
    }

    private SimulatedNode node() {
        return nodes.get(random.nextInt(nodes.size()));
    }
}
