package io.weir.quota.admission;

import io.weir.quota.policy.Restrictions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The subjects whose limits a request falls under, nearest first: key, group, client, reseller.
public final class SubjectPath {

    private final SubjectNode key;
    private final List<SubjectNode> above;
    private volatile @Nullable CompiledPath compiled;

    public SubjectPath(List<SubjectNode> nodes) {
        this(nodes.getFirst(), nodes.subList(1, nodes.size()));
    }

    /// @param above may be one list for all keys that it is the same for
    public SubjectPath(SubjectNode key, List<SubjectNode> above) {
        this.key = key;
        this.above = List.copyOf(above);
    }

    /// What is above a key, as one list that all paths may share.
    ///
    /// @param holder the client of a key, or else the node of its reseller that holds its own keys
    public static List<SubjectNode> above(
            Optional<SubjectNode> group, SubjectNode holder, SubjectNode reseller) {
        return List.copyOf(Stream.concat(group.stream(), Stream.of(holder, reseller)).toList());
    }

    public List<SubjectNode> nodes() {
        return Stream.concat(Stream.of(key), above.stream()).toList();
    }

    /// What the key may be used for, as far as it is known now. Costs no more than a look.
    public Restrictions restrictions() {
        Terms terms = key.state().terms();
        return terms == null ? Restrictions.NONE : terms.restrictions();
    }

    SubjectNode key() {
        return key;
    }

    @Nullable CompiledPath compiled() {
        return compiled;
    }

    void compiled(CompiledPath path) {
        compiled = path;
    }
}
