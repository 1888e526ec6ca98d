/// How many requests may be under way at once: slots, each held by one request until it ends.
@org.jspecify.annotations.NullMarked
package io.weir.quota.concurrency;
