package io.weir.quota.redis;

import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.remote.CommandResult;
import io.github.bucket4j.distributed.remote.Request;
import io.github.bucket4j.distributed.versioning.Versions;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.weir.quota.bucket.BucketStore;
import io.weir.quota.bucket.Claim;
import io.weir.quota.bucket.Grant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// Token buckets in Redis, by Bucket4j: read, and swapped if nobody swapped them meanwhile. A key
/// expires once its bucket is full. Scripts are sent whole, so that none can be missing.
final class RedisBuckets implements BucketStore {

    private static final Duration KEPT_FULL = Duration.ofSeconds(10);
    private static final long NANOS = 1_000_000_000;

    private final LettuceBasedProxyManager<byte[]> manager;
    private final Breaker breaker;

    RedisBuckets(Link link, Breaker breaker, InstantSource wall) {
        this.breaker = breaker;
        this.manager =
                new LettuceBasedProxyManagerBuilder<>(
                                new Commands<byte[]>(link, byte[].class::cast))
                        .clientClock(new WallTime(wall))
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        KEPT_FULL))
                        .build();
    }

    @Override
    public Mono<Grant> exchange(Claim claim) {
        return carryOut(key(claim), claim)
                .doOnNext(_ -> breaker.succeeded())
                .doOnError(breaker::failed);
    }

    /// The same without a word to the breaker, on any key.
    Mono<Grant> carryOut(String key, Claim claim) {
        var request = new Request<>(new ClaimCommand(claim), Versions.getLatest(), null, null);
        return Mono.fromFuture(
                        () -> manager.executeAsync(key.getBytes(StandardCharsets.UTF_8), request))
                .map(CommandResult::getData);
    }

    private static String key(Claim claim) {
        return "weir:rate:" + claim.subject() + ":" + claim.policy().name();
    }

    @Override
    public boolean isAway() {
        return breaker.isAway();
    }

    @Override
    public void overdue() {
        breaker.overdue();
    }

    private record WallTime(InstantSource wall) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            Instant now = wall.instant();
            return now.getEpochSecond() * NANOS + now.getNano();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    /// The commands that Bucket4j needs, on whatever connection there is. The type of the keys is a
    /// parameter because Bucket4j passes them in an `Object[]`, which only generic code can take.
    private record Commands<K>(Link link, Function<Object, byte[]> bytes) implements RedisApi<K> {

        @Override
        public <V> RedisFuture<V> eval(
                String script, ScriptOutputType output, K[] keys, byte[][] parameters) {
            byte[][] ours = {bytes.apply(keys[0])};
            return link.commands().eval(script, output, ours, parameters);
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return link.commands().get(bytes.apply(key));
        }

        @Override
        public RedisFuture<?> delete(K key) {
            return link.commands().del(bytes.apply(key));
        }
    }
}
