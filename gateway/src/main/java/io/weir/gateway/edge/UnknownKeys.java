package io.weir.gateway.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How often an address may have a key looked up that nobody holds: whoever guesses keys is slowed
/// down, and loads the database no further.
///
/// A bucket that nobody used for a minute is full, and need not be kept.
public final class UnknownKeys {

    private static final long MOST_ADDRESSES = 100_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int perMinute;
    private final TimeMeter clock;
    private final Cache<ByteBuffer, Bucket> buckets;

    /// @param perMinute for each address
    UnknownKeys(int perMinute, TimeMeter clock) {
        this.perMinute = perMinute;
        this.clock = clock;
        this.buckets =
                Caffeine.newBuilder()
                        .maximumSize(MOST_ADDRESSES)
                        .expireAfterAccess(MINUTE)
                        .ticker(clock::currentTimeNanos)
                        .build();
    }

    /// How long an address has to wait until it may have another looked up; zero if it may now.
    ///
    /// What is under way is not counted before it is known to be nobody's: a thousand callers that
    /// begin at once with a new key are no guesses.
    ///
    /// @param caller absent where it has no address, which is never limited
    public Duration delay(@Nullable InetSocketAddress caller) {
        ByteBuffer network = network(caller);
        Bucket bucket = network == null ? null : buckets.getIfPresent(network);
        return bucket == null
                ? Duration.ZERO
                : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /// Nobody held the key.
    public void foundNobody(@Nullable InetSocketAddress caller) {
        ByteBuffer network = network(caller);
        if (network != null) {
            var _ = buckets.get(network, _ -> full()).tryConsume(1);
        }
    }

    private static @Nullable ByteBuffer network(@Nullable InetSocketAddress caller) {
        return caller == null || caller.getAddress() == null
                ? null
                : Network.of(caller.getAddress());
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                .withCustomTimePrecision(clock)
                .build();
    }
}
