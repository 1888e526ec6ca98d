/// Token buckets for rates, on Bucket4j and Caffeine: the only package that knows either.
@org.jspecify.annotations.NullMarked
package io.weir.quota.bucket;
