/// What nodes share through Redis: token buckets, slots, and who is alive.
///
/// A standalone Redis or Valkey, 7 or later (tested from 6.2 on): not a Redis Cluster, because the
/// script for slots looks up the nodes that hold them. Nothing here is the truth about money or
/// quotas; all of it may be lost.
@org.jspecify.annotations.NullMarked
package io.weir.quota.redis;
