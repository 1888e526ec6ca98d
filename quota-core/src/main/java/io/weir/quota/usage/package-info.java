/// What was used: the outcome of a request, and the rollups by minute that reports carry.
@org.jspecify.annotations.NullMarked
package io.weir.quota.usage;
