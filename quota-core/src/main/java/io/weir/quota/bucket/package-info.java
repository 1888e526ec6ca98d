/// Token buckets for rates, on Bucket4j and Caffeine: in memory, or shared with other nodes through
/// a [io.weir.quota.bucket.BucketStore].
@org.jspecify.annotations.NullMarked
package io.weir.quota.bucket;
