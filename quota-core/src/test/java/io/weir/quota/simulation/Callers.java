package io.weir.quota.simulation;

import static io.weir.quota.simulation.Model.law;

import io.weir.quota.simulation.Cast.Path;
import io.weir.quota.simulation.SimulatedNode.Answer;
import io.weir.quota.simulation.SimulatedNode.Answer.Admission;
import io.weir.quota.simulation.SimulatedNode.Answer.Away;
import io.weir.quota.simulation.SimulatedNode.Answer.Refusal;
import io.weir.quota.simulation.SimulatedNode.Ticket;
import io.weir.quota.usage.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Those who call: each gets one answer in time, and each admitted request ends once, or never.
final class Callers {

    /// How far a node's clock may be behind when a period ends.
    private static final Duration SLOW_CLOCK = Duration.ofMillis(50);

    private static final Duration ANSWERED_BY = SimulatedNode.BUDGET.plusMillis(2);
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final Outcome[] FORWARDED = {Outcome.SERVED, Outcome.FAILED, Outcome.CANCELED};

    private final Events events;
    private final Faults faults;
    private final Model model;
    private final Map<Ticket, Request> open = new LinkedHashMap<>();

    Callers(Events events, Faults faults, Model model) {
        this.events = events;
        this.faults = faults;
        this.model = model;
    }

    /// One call, and what came of it.
    final class Call {

        private final Life life;
        private final Path path;
        private final long cost;
        private final long askedAt = events.now();
        private @Nullable Answer answer;
        private @Nullable Ticket ticket;

        private Call(Life life, Path path, long cost) {
            this.life = life;
            this.path = path;
            this.cost = cost;
        }

        @Override
        public String toString() {
            return answer == null ? "nobody" : answer.getClass().getSimpleName();
        }

        boolean isAdmitted() {
            return answer instanceof Admission;
        }

        boolean isRefused() {
            return answer instanceof Refusal;
        }

        private void hear(Answer heard) {
            law(answer == null, "a caller is answered twice");
            law(isInTime(), "a caller is answered late");
            answer = heard;
            switch (heard) {
                case Admission(Ticket given) -> {
                    ticket = given;
                    Request request = request(given);
                    open.put(given, request);
                    model.admitted(request);
                }
                case Refusal(var row) -> model.refused(row);
                case Away() -> {}
            }
            events.note(toString(), cost, path.key().subject().id());
        }

        private boolean isInTime() {
            return !life.ranSince(askedAt) || events.now() - askedAt <= ANSWERED_BY.toNanos();
        }

        private void due() {
            law(answer != null || !life.ranSince(askedAt), "a caller is not answered");
        }

        private Request request(Ticket given) {
            Instant now = events.instant();
            var places = path.places(now);
            boolean late = !places.equals(path.places(now.minus(SLOW_CLOCK)));
            return new Request(places, late, cost, given.estimated());
        }

        void settle(long used, Outcome outcome) {
            ended(true, used, outcome);
        }

        void release() {
            ended(false, 0, Outcome.REFUSED);
        }

        private void ended(boolean forwarded, long used, Outcome outcome) {
            if (ticket != null) {
                end(ticket, forwarded, used, outcome);
            }
        }
    }

    Call call(SimulatedNode node, Path path, long cost) {
        var call = new Call(node.life(), path, cost);
        events.note("asked", node.id, cost, path.key().subject().id());
        node.request(path, cost, call::hear);
        events.in(ANSWERED_BY.plusMillis(1), call::due);
        return call;
    }

    /// A call that ends by itself, one way or another.
    void callAndEnd(SimulatedNode node, Path path, long cost) {
        Call call = call(node, path, cost);
        long later = SimulatedNode.BUDGET.toNanos() + faults.upTo(LONGEST);
        Outcome outcome = FORWARDED[faults.random.nextInt(FORWARDED.length)];
        switch (faults.random.nextInt(10)) {
            case 0 -> {}
            case 1 -> events.in(later, call::release);
            case 2 -> events.in(later, () -> call.settle(call.cost / 2, outcome));
            case 3 -> events.in(later, () -> call.settle(call.cost + 1, outcome));
            default -> events.in(later, () -> call.settle(call.cost, outcome));
        }
    }

    /// Ends what is still under way.
    void endAll() {
        List.copyOf(open.entrySet())
                .forEach(
                        under ->
                                end(under.getKey(), true, under.getValue().cost(), Outcome.SERVED));
    }

    /// What ends twice, ended the first time.
    private void end(Ticket ticket, boolean forwarded, long used, Outcome outcome) {
        ticket.life().run(() -> endNow(ticket, forwarded, used, outcome));
    }

    private void endNow(Ticket ticket, boolean forwarded, long used, Outcome outcome) {
        if (ticket.life().isEnding()) {
            return;
        }
        Request request = open.remove(ticket);
        boolean first = forwarded ? ticket.settle(used, ticket.row(outcome)) : ticket.release();
        law(first == (request != null), "a reservation ends other than once");
        if (request == null) {
            return;
        }
        if (forwarded) {
            model.settled(request, used, ticket.row(outcome));
        } else {
            model.released(request);
        }
    }
}
