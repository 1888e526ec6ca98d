/// What the limits have in common that the nodes of a cluster share through a store: each node's
/// share of them without the store, one call to it at a time, and the round of those that have
/// something to tell it.
@org.jspecify.annotations.NullMarked
package io.weir.quota.cluster;
