package io.weir.gateway.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.weir.gateway.identity.Announced;
import io.weir.gateway.identity.Directory;
import io.weir.quota.admission.Admission;
import io.weir.quota.bucket.Rates;
import io.weir.quota.decision.Decisions;
import io.weir.quota.lease.Leases;
import io.weir.quota.redis.Redis;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/// The state of the engine, as it is when somebody looks.
@Component
final class Gauges {

    private final MeterRegistry registry;

    Gauges(
            MeterRegistry registry,
            Directory directory,
            Announced announced,
            Leases leases,
            Admission admission,
            Rates rates,
            Optional<Redis> redis,
            Rollups rollups,
            Decisions decisions,
            InstantSource clock) {
        this.registry = registry;
        gauge(
                "weir.reservations.open",
                "Reservations that have not ended",
                admission,
                Admission::openReservations);
        gauge("weir.buckets.size", "Token buckets in memory", rates, Rates::size);
        gauge("weir.keys.size", "Keys in memory", directory, Directory::size);
        gauge("weir.usage.pending", "Usage rows not reported yet", rollups, Rollups::size);
        decisions(decisions);
        leases(leases);
        configuration(directory, announced, clock);
        redis.ifPresent(this::redis);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            new NettyAllocatorMetrics(buffers).bindTo(registry);
        }
        gauge(
                "weir.limits.share",
                "What part of each rate and of all slots this gateway decides on by itself",
                leases,
                here -> share(here, redis));
    }

    private void decisions(Decisions decisions) {
        gauge(
                "weir.decisions.pending",
                "Refusals whose reasons are not stored yet",
                decisions,
                Decisions::size);
        FunctionCounter.builder("weir.decisions.dropped", decisions, Decisions::dropped)
                .description("Refusals whose reasons nobody will find: there were too many at once")
                .register(registry);
    }

    private void leases(Leases leases) {
        gauge("weir.leases.active", "Leases that hold units", leases, Leases::active);
        gauge("weir.leases.held", "Units held on lease", leases, Leases::held);
        gauge(
                "weir.leases.outstanding",
                "Units used or set aside that the store has not counted yet",
                leases,
                Leases::outstanding);
        gauge(
                "weir.leases.forfeited",
                "Units of the counters in use here that wait for an operator's decision",
                leases,
                Leases::forfeited);
        seconds(
                "weir.leases.life",
                "How long all leases in use last if the store does not answer",
                leases,
                Gauges::lifeLeft);
        gauge(
                "weir.nodes",
                "Gateways that are alive, as the store last said",
                leases,
                Leases::nodes);
        gauge(
                "weir.store.up",
                "Whether the store of the counters answers",
                leases,
                here -> here.storeIsAway() ? 0 : 1);
    }

    private void configuration(Directory directory, Announced announced, InstantSource clock) {
        gauge(
                "weir.configuration.version",
                "Version of the configuration in force",
                directory,
                Directory::version);
        gauge(
                "weir.configuration.listening",
                "Whether changes are pushed",
                announced,
                here -> here.isListening() ? 1 : 0);
        seconds(
                "weir.configuration.age",
                "Since the configuration was last known to be the newest",
                directory,
                here -> age(here.readAt(), clock.instant()));
    }

    private void redis(Redis redis) {
        gauge(
                "weir.redis.up",
                "Whether Redis answers in time",
                redis,
                here -> here.storeIsAway() ? 0 : 1);
        seconds(
                "weir.redis.skew",
                "How far the clock of this gateway is ahead of Redis's",
                redis,
                here -> here.skew().toNanos() / 1e9);
        FunctionCounter.builder("weir.redis.fallbacks", redis, Redis::fallbacks)
                .description("Decisions by this gateway's share because Redis did not answer")
                .register(registry);
    }

    /// None of it while Redis decides, all of it for a gateway that is alone.
    private static double share(Leases leases, Optional<Redis> redis) {
        boolean shared = redis.isPresent() && !redis.get().storeIsAway();
        return shared ? 0 : 1.0 / leases.nodes();
    }

    private <T> void gauge(String name, String help, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).register(registry);
    }

    private <T> void seconds(String name, String help, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).baseUnit("seconds").register(registry);
    }

    private static double lifeLeft(Leases leases) {
        return leases.lifeLeft().map(left -> left.toMillis() / 1_000.0).orElse(Double.NaN);
    }

    private static double age(Instant from, Instant to) {
        return from.equals(Instant.EPOCH)
                ? Double.NaN
                : Duration.between(from, to).toMillis() / 1_000.0;
    }
}
