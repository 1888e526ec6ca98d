package io.weir.quota.admission;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The subjects whose limits a request falls under, nearest first: key, group, client, reseller.
public final class SubjectPath {

    private final List<SubjectNode> nodes;
    private volatile @Nullable CompiledPath compiled;

    public SubjectPath(List<SubjectNode> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    public List<SubjectNode> nodes() {
        return nodes;
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
