package io.weir.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// What is counted of requests. No tag holds a key, a client or a reseller: those numbers come from
/// the usage API. Each request that reaches a route is counted once in `weir.admissions`.
@Component
public final class Meters {

    private static final String NONE = "none";

    /// From an answer out of a cache to a long stream.
    private static final Duration[] BUCKETS =
            Stream.of(5L, 10L, 25L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 5_000L, 10_000L, 60_000L)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private record Observed(String route, String policy) {}

    private record Requests(String route, Outcome outcome) {}

    private record Admissions(String route, String policy, String outcome) {}

    private record Messages(String route, Outcome outcome) {}

    private final MeterRegistry registry;
    private final Map<Messages, Counter> messages = new ConcurrentHashMap<>();
    private final Map<Admissions, Counter> admissions = new ConcurrentHashMap<>();
    private final Map<Observed, Counter> observed = new ConcurrentHashMap<>();
    private final Map<Requests, Timer> requests = new ConcurrentHashMap<>();
    private final Map<Outcome, Counter> settlements = new EnumMap<>(Outcome.class);
    private final Counter released;
    private final Counter expired;
    private final AtomicLong underWay = new AtomicLong();
    private final TokenMeters tokens;

    Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.REFUSED) {
                settlements.put(outcome, settlements(outcome.word()));
            }
        }
        this.tokens = new TokenMeters(registry);
        this.released = settlements("released");
        this.expired =
                Counter.builder("weir.reservations.expired")
                        .description("Reservations that nobody ended in time")
                        .register(registry);
        Gauge.builder("weir.requests.active", underWay, AtomicLong::get)
                .description("Admitted requests under way")
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

    /// One of a WebSocket connection.
    public void message(String route, Outcome outcome) {
        messages.computeIfAbsent(new Messages(route, outcome), this::messages).increment();
    }

    /// A body that had to be read and could not be.
    public void unreadable(String route) {
        count(new Admissions(route, NONE, "unreadable"));
    }

    public void unauthenticated(String route) {
        count(new Admissions(route, NONE, "unknown"));
    }

    public void tooManyKeys(String route) {
        count(new Admissions(route, NONE, "too_many_keys"));
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

    /// @param nanos from its admission to its end
    public void settled(String route, Outcome outcome, long nanos) {
        Objects.requireNonNull(settlements.get(outcome)).increment();
        requests.computeIfAbsent(new Requests(route, outcome), this::requests)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /// A reservation that nobody ended in time; how it is settled is counted as well.
    public void expired() {
        expired.increment();
    }

    public void released() {
        released.increment();
    }

    /// @param model one that is known, else `other`
    /// @param estimated rather than reported by the upstream
    public void tokens(String model, Tokens used, boolean estimated) {
        tokens.count(model, used, estimated);
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

    private Counter messages(Messages tags) {
        return Counter.builder("weir.messages")
                .description("Messages of callers on WebSocket connections")
                .tag("route", tags.route())
                .tag("outcome", tags.outcome().word())
                .register(registry);
    }

    private Counter observed(Observed tags) {
        return Counter.builder("weir.observed")
                .description("Admitted requests that a policy in observe mode would have refused")
                .tag("route", tags.route())
                .tag("policy", tags.policy())
                .register(registry);
    }

    private Timer requests(Requests tags) {
        return Timer.builder("weir.requests")
                .description("How long admitted requests took, from their admission to their end")
                .tag("route", tags.route())
                .tag("outcome", tags.outcome().word())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter settlements(String outcome) {
        return Counter.builder("weir.settlements")
                .description("Admitted requests by how they ended")
                .tag("outcome", outcome)
                .register(registry);
    }
}
