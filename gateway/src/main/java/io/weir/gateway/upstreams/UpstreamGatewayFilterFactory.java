package io.weir.gateway.upstreams;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/// The filter `Upstream` of routes: which instances there are, and what happens when one fails.
public final class UpstreamGatewayFilterFactory
        extends AbstractGatewayFilterFactory<UpstreamGatewayFilterFactory.Config> {

    private final Map<Config, Instances> known = new ConcurrentHashMap<>();
    private final HealthChecks checks;
    private final UpstreamMeters meters;
    private final LongSupplier ticker;

    /// @param instances `http://host:port` each, instead of the route's `uri`
    /// @param retries the most further attempts of a request, 0 to 5
    /// @param failures of an instance in a row after which it is left alone, 1 to 1,000
    /// @param backOff for how long, the first time; 1 ms or more
    /// @param maxBackOff up to which it is doubled
    /// @param healthPath that is asked for on each instance; none if absent
    /// @param healthInterval how often; 10 ms or more
    public record Config(
            List<URI> instances,
            @DefaultValue("0") int retries,
            @DefaultValue("5") int failures,
            @DefaultValue("1s") Duration backOff,
            @DefaultValue("60s") Duration maxBackOff,
            @Nullable String healthPath,
            @DefaultValue("5s") Duration healthInterval) {

        private static final int MOST_RETRIES = 5;
        private static final int MOST_FAILURES = 1_000;
        private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

        public Config {
            instances = instances == null ? List.of() : List.copyOf(instances);
            check(!instances.isEmpty(), "instances", instances);
            instances.forEach(each -> check(isAddress(each), "instances", each));
            check(retries >= 0 && retries <= MOST_RETRIES, "retries", retries);
            check(failures >= 1 && failures <= MOST_FAILURES, "failures", failures);
            check(backOff.toMillis() > 0, "back-off", backOff);
            check(maxBackOff.compareTo(backOff) >= 0, "max-back-off", maxBackOff);
            check(healthPath == null || healthPath.startsWith("/"), "health-path", healthPath);
            check(
                    healthInterval.compareTo(SHORTEST_INTERVAL) >= 0,
                    "health-interval",
                    healthInterval);
        }

        private static boolean isAddress(URI address) {
            return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"));
        }

        private static void check(boolean holds, String name, @Nullable Object value) {
            if (!holds) {
                throw new IllegalArgumentException(
                        "The filter 'Upstream' can't have '%s' as its '%s'".formatted(value, name));
            }
        }
    }

    UpstreamGatewayFilterFactory(HealthChecks checks, UpstreamMeters meters, LongSupplier ticker) {
        super(Config.class);
        this.checks = checks;
        this.meters = meters;
        this.ticker = ticker;
    }

    /// Routes that are read anew, and others that have the same instances on the same terms, go on
    /// with what is known of them.
    @Override
    public GatewayFilter apply(Config config) {
        Instances instances = known.computeIfAbsent(config, this::instances);
        return new Balancing(instances, config.retries(), ticker, meters);
    }

    private Instances instances(Config config) {
        var terms = new Standing.Terms(config.failures(), config.backOff(), config.maxBackOff());
        var instances =
                new Instances(
                        config.instances().stream()
                                .map(address -> new Instance(address, terms))
                                .toList());
        instances.all().forEach(each -> meters.shows(each, ticker));
        String path = config.healthPath();
        if (path != null) {
            checks.start(instances, path, config.healthInterval());
        }
        return instances;
    }
}
