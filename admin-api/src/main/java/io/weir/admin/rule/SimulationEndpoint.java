package io.weir.admin.rule;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Violations;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class SimulationEndpoint {

    private final Rules rules;
    private final PastUsage usage;

    SimulationEndpoint(Rules rules, PastUsage usage) {
        this.rules = rules;
        this.usage = usage;
    }

    @PostMapping(path = "/api/v1/rules/simulate", consumes = "application/json")
    Mono<Simulation.Answer> simulate(
            ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        var violations = new Violations();
        Trial trial = Trial.read(Body.object(bytes, violations));
        violations.refuse();
        return terms(trial).flatMap(terms -> run(new Simulation(terms, trial), trial));
    }

    private Mono<Terms> terms(Trial trial) {
        return trial.draft() != null
                ? Mono.just(trial.draft())
                : Mono.justOrEmpty(trial.ruleId())
                        .flatMap(rules::lookUp)
                        .map(Rule::terms)
                        .switchIfEmpty(Mono.error(SimulationEndpoint::unknown));
    }

    private Mono<Simulation.Answer> run(Simulation simulation, Trial trial) {
        return usage.of(
                        trial.subject(),
                        simulation.countedFrom(),
                        trial.to(),
                        Simulation.MOST_ROWS + 1)
                .reduce(simulation, Simulation::next)
                .map(Simulation::answer);
    }

    private static Problem unknown() {
        return Problem.invalid("/rule_id", "unknown-value", "There is no such rule.");
    }
}
