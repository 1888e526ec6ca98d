/// Token buckets for rates, on Bucket4j and Caffeine: in memory, or shared with other nodes through
/// a [io.weir.quota.bucket.BucketStore].
///
/// # When the store fails
///
/// A shared bucket is one bucket, whoever keeps the books of it for a while:
/// - A node without the store spends its share of what the bucket held when it was last heard of,
///   and its share of what flows in.
/// - What it admitted so is a debt of the shared bucket, told as soon as the store hears, less what
///   would have been lost to a full bucket anyway. The share goes on deciding for a second: by then
///   the other nodes have told theirs.
/// - Each call says what the node remembers of the bucket. One that the store has lost begins with
///   that, not full, and is brought down to what any other node remembers.
///
/// # The bound
///
/// In any window of `w` seconds, through whatever failures, all nodes together admit at most
///
/// `capacity + refill × w + 1 + nodes × (1 + refill × 20 ms) + refill × g + u`
///
/// where `refill × 20 ms` is at least 1, or as many tokens as requests have waited for within the
/// last 250 ms, if those are more, and `g` is the time from the first node's return to the last
/// one's, if the store was away for long enough to fill the bucket: from the first one's debt on it
/// takes in again what the others' shares are too full for. `u` is what a node could not know: what
/// the others took since it last asked, for as long as it goes by that. It is the share of it if
/// the store is away, all of it if the store has lost the bucket and this node asks first. Nodes
/// that all have requests know of each other's within the time to a token or a batch, and `u` is a
/// few tokens; a node that never met the bucket takes it for full, so that a load that moves to it
/// as the store fails may get that node's share of the capacity once more. A node that alone loses
/// the store may be ahead by its share until it is back, and its debt is repaid then. If the store
/// loses the bucket again within the second after it came back, `u` is also what the others told in
/// its last 20 ms.
///
/// What is lost is lost towards fewer: batches, replies, and what a node put back but could not
/// tell.
@org.jspecify.annotations.NullMarked
package io.weir.quota.bucket;
