package io.weir.gateway.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.RuleNode;
import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.Subjects;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/// The rules that subjects in use here are bound to. One is kept as long as a subject refers to it,
/// and is in here before its settings are read, so that a change made meanwhile finds it.
final class Rules {

    private final Cache<UUID, RuleNode> nodes = Caffeine.newBuilder().weakValues().build();
    private final Subjects subjects;
    private final Admission admission;

    Rules(Subjects subjects, Admission admission) {
        this.subjects = subjects;
        this.admission = admission;
    }

    /// The nodes of these rules, in force; those that are not known here yet are read first.
    Mono<Map<UUID, RuleNode>> inForce(Collection<UUID> rules) {
        Map<UUID, RuleNode> found = new HashMap<>(nodes.getAllPresent(rules));
        Set<UUID> missing = new HashSet<>(rules);
        missing.removeIf(id -> found.containsKey(id) && found.get(id).isKnown());
        missing.forEach(id -> found.put(id, nodes.get(id, RuleNode::new)));
        return missing.isEmpty() ? Mono.just(found) : read(missing).thenReturn(found);
    }

    /// Which of these are in use here.
    Set<UUID> known(Collection<UUID> rules) {
        return Set.copyOf(nodes.getAllPresent(rules).keySet());
    }

    Set<UUID> all() {
        return Set.copyOf(nodes.asMap().keySet());
    }

    /// Reads these rules and puts them in force; one that is gone restricts nothing.
    Mono<Void> read(Set<UUID> rules) {
        if (rules.isEmpty()) {
            return Mono.empty();
        }
        return subjects.rules(rules).doOnNext(settings -> configure(rules, settings)).then();
    }

    private void configure(Set<UUID> asked, List<RuleSettings> settings) {
        Map<UUID, RuleNode> present = nodes.getAllPresent(asked);
        Set<UUID> gone = new HashSet<>(present.keySet());
        for (RuleSettings found : settings) {
            gone.remove(found.id());
            RuleNode node = present.get(found.id());
            if (node != null) {
                admission.configure(node, found);
            }
        }
        gone.forEach(id -> admission.remove(Objects.requireNonNull(present.get(id))));
    }
}
