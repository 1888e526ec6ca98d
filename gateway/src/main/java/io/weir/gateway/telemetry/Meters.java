package io.weir.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.identity.Announced;
import io.weir.gateway.identity.Directory;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.bucket.Rates;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/// Every meter of the gateway. No tag holds a key, a client or a reseller: those numbers come from
/// the usage API. Each request that reaches a route is counted once in `weir.admissions`.
@Component
public final class Meters {

    private static final String NONE = "none";

    private record Observed(String route, String policy) {}

    private record Admissions(String route, String policy, String outcome) {}

    private final MeterRegistry registry;
    private final Map<Admissions, Counter> admissions = new ConcurrentHashMap<>();
    private final Map<Observed, Counter> observed = new ConcurrentHashMap<>();
    private final Map<Outcome, Counter> settlements = new EnumMap<>(Outcome.class);
    private final Counter released;
    private final Counter expired;
    private final AtomicLong underWay = new AtomicLong();

    Meters(
            MeterRegistry registry,
            Directory directory,
            Announced announced,
            Leases leases,
            Admission admission,
            Rates rates,
            Rollups rollups,
            InstantSource clock) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.REFUSED) {
                settlements.put(outcome, settlements(outcome.word()));
            }
        }
        this.released = settlements("released");
        this.expired =
                Counter.builder("weir.reservations.expired")
                        .description("Reservations that nobody ended in time")
                        .register(registry);
        gauge("weir.requests.active", "Admitted requests under way", underWay, AtomicLong::get);
        gauge(
                "weir.reservations.open",
                "Reservations that have not ended",
                admission,
                Admission::openReservations);
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
        Gauge.builder("weir.leases.life", leases, Meters::lifeLeft)
                .description("How long all leases in use last if the store does not answer")
                .baseUnit("seconds")
                .register(registry);
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
        gauge("weir.buckets.size", "Token buckets in memory", rates, Rates::size);
        gauge("weir.keys.size", "Keys in memory", directory, Directory::size);
        gauge("weir.usage.pending", "Usage rows not reported yet", rollups, Rollups::size);
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
        Gauge.builder(
                        "weir.configuration.age",
                        directory,
                        here -> seconds(here.readAt(), clock.instant()))
                .description("Since the configuration was last known to be the newest")
                .baseUnit("seconds")
                .register(registry);
    }

    public void admitted(String route) {
        count(new Admissions(route, NONE, "admitted"));
    }

    /// Let through because the store is away and the policies fail open.
    public void unmetered(String route, List<PolicyName> policies) {
        count(new Admissions(route, policies.getFirst().value(), "unmetered"));
    }

    /// Policies in observe mode that would have refused an admitted request.
    public void observed(String route, List<PolicyName> policies) {
        for (PolicyName policy : policies) {
            observed.computeIfAbsent(new Observed(route, policy.value()), this::observed)
                    .increment();
        }
    }

    public void rejected(String route, Rejected rejected) {
        String policy = rejected.violations().getFirst().policy().value();
        count(new Admissions(route, policy, "rejected"));
    }

    public void barred(String route, Bar bar) {
        count(new Admissions(route, NONE, bar.name().toLowerCase(Locale.ROOT)));
    }

    public void unauthenticated(String route) {
        count(new Admissions(route, NONE, "unknown"));
    }

    public void storeAway(String route) {
        count(new Admissions(route, NONE, "store_away"));
    }

    public void started() {
        underWay.incrementAndGet();
    }

    public void ended() {
        underWay.decrementAndGet();
    }

    public void settled(Outcome outcome) {
        java.util.Objects.requireNonNull(settlements.get(outcome)).increment();
    }

    /// A reservation that nobody ended in time; how it is settled is counted as well.
    public void expired() {
        expired.increment();
    }

    public void released() {
        released.increment();
    }

    private void count(Admissions tags) {
        admissions.computeIfAbsent(tags, this::admissions).increment();
    }

    private Counter admissions(Admissions tags) {
        return Counter.builder("weir.admissions")
                .description("Requests by what was decided, and by the first policy that refused")
                .tag("route", tags.route())
                .tag("policy", tags.policy())
                .tag("outcome", tags.outcome())
                .register(registry);
    }

    private Counter observed(Observed tags) {
        return Counter.builder("weir.observed")
                .description("Admitted requests that a policy in observe mode would have refused")
                .tag("route", tags.route())
                .tag("policy", tags.policy())
                .register(registry);
    }

    private Counter settlements(String outcome) {
        return Counter.builder("weir.settlements")
                .description("Admitted requests by how they ended")
                .tag("outcome", outcome)
                .register(registry);
    }

    private <T> void gauge(String name, String help, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).register(registry);
    }

    private static double lifeLeft(Leases leases) {
        return leases.lifeLeft().map(left -> left.toMillis() / 1_000.0).orElse(Double.NaN);
    }

    private static double seconds(Instant from, Instant to) {
        return from.equals(Instant.EPOCH)
                ? Double.NaN
                : Duration.between(from, to).toMillis() / 1_000.0;
    }
}
