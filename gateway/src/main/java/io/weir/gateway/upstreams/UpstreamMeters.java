package io.weir.gateway.upstreams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/// What is counted of upstreams that have instances.
final class UpstreamMeters {

    private final MeterRegistry registry;
    private final Map<URI, Queue<Instance>> shown = new ConcurrentHashMap<>();

    UpstreamMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void retried(String route) {
        registry.counter("weir.upstream.retries", "route", route).increment();
    }

    /// Nothing was forwarded, as all instances were left alone.
    void unavailable(String route) {
        registry.counter("weir.upstream.unavailable", "route", route).increment();
    }

    /// Routes on other terms may have the same one: it is left alone if any of them does so.
    void shows(Instance instance, LongSupplier ticker) {
        shown.computeIfAbsent(instance.address(), address -> gauge(address, ticker)).add(instance);
    }

    private Queue<Instance> gauge(URI address, LongSupplier ticker) {
        Queue<Instance> same = new ConcurrentLinkedQueue<>();
        Gauge.builder("weir.upstream.instance", () -> areAsked(same, ticker.getAsLong()) ? 1 : 0)
                .description("1 while an instance is asked, 0 while it is left alone")
                .tag("instance", address.toString())
                .register(registry);
        return same;
    }

    private static boolean areAsked(Queue<Instance> same, long now) {
        return same.stream().allMatch(each -> each.mayBeAsked(now));
    }
}
