package io.weir.quota.admission;

import io.weir.quota.policy.Restrictions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The subjects whose limits a request falls under, nearest first: key, group, client, reseller.
public final class SubjectPath {

    private final List<SubjectNode> nodes;
    private volatile @Nullable CompiledPath compiled;

    public SubjectPath(List<SubjectNode> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /// @param holder the client of a key, or else the node of its reseller that holds its own keys
    public static SubjectPath of(
            SubjectNode key,
            Optional<SubjectNode> group,
            SubjectNode holder,
            SubjectNode reseller) {
        return new SubjectPath(
                Stream.of(Stream.of(key), group.stream(), Stream.of(holder, reseller))
                        .flatMap(nodes -> nodes)
                        .toList());
    }

    public List<SubjectNode> nodes() {
        return nodes;
    }

    /// What the key may be used for, as far as it is known now. Costs no more than a look.
    public Restrictions restrictions() {
        Optional<SubjectSettings> settings = key().state().settings();
        return settings.isPresent() ? settings.get().restrictions() : Restrictions.NONE;
    }

    SubjectNode key() {
        return nodes.getFirst();
    }

    @Nullable CompiledPath compiled() {
        return compiled;
    }

    void compiled(CompiledPath path) {
        compiled = path;
    }
}
