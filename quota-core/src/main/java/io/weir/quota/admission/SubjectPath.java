package io.weir.quota.admission;

import java.util.List;

/// The subjects whose limits a request falls under, nearest first: key, client, reseller.
public record SubjectPath(List<SubjectNode> nodes) {

    public SubjectPath {
        nodes = List.copyOf(nodes);
    }
}
