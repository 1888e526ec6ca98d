/// How many requests may be under way at once: slots, of this node alone or shared by several.
@org.jspecify.annotations.NullMarked
package io.weir.quota.concurrency;
