package io.weir.gateway;

import io.weir.quota.bucket.Rates;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.lease.Leases;
import io.weir.quota.redis.Redis;
import io.weir.quota.redis.RedisTimes;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import reactor.core.scheduler.Schedulers;

/// Rates and slots, which several gateways share through Redis. Without one, each gateway holds its
/// share of every limit: all of it as long as it is alone.
@Configuration(proxyBeanMethods = false)
class ClusterLimits {

    private static final Logger log = LoggerFactory.getLogger(ClusterLimits.class);

    /// Closed by the [EngineLifecycle]; Spring would wait for it without an end.
    @Bean(destroyMethod = "")
    @ConditionalOnExpression("!'${weir.redis-url:}'.isBlank()")
    Redis redis(StoreSettings settings, InstantSource clock) {
        return Redis.open(
                URI.create(settings.redisUrl()),
                settings.nodeName().isBlank() ? "gateway" : settings.nodeName(),
                RedisTimes.DEFAULT.withBudget(settings.redisBudget()),
                System::nanoTime,
                clock,
                Schedulers.parallel());
    }

    @Bean
    TokenBuckets tokenBuckets(Leases leases) {
        var buckets = new TokenBuckets(System::nanoTime);
        leases.onMembership((nodes, rank) -> buckets.share(rank, nodes));
        return buckets;
    }

    @Bean
    LocalSlotPools localSlotPools(Leases leases) {
        var pools = new LocalSlotPools();
        leases.onMembership((nodes, rank) -> pools.share(rank, nodes));
        return pools;
    }

    @Bean
    @Primary
    Rates rates(TokenBuckets local, Leases leases, Optional<Redis> redis) {
        if (redis.isEmpty()) {
            leases.onMembership((nodes, _) -> tellShare(nodes));
        }
        return redis.<Rates>map(shared -> shared.rates(local)).orElse(local);
    }

    @Bean
    @Primary
    SlotPools slotPools(LocalSlotPools local, Optional<Redis> redis) {
        return redis.<SlotPools>map(shared -> shared.slots(local)).orElse(local);
    }

    private static void tellShare(int nodes) {
        if (nodes > 1) {
            log.warn(
                    "There are {} gateways and no WEIR_REDIS_URL: each holds its share of every"
                            + " rate and of all slots",
                    nodes);
        } else {
            log.info("This gateway is alone: it holds all of every rate and of all slots");
        }
    }
}
