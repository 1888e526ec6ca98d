package io.weir.gateway.bench;

import io.weir.gateway.endtoend.Admin;
import io.weir.gateway.endtoend.ApiKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A reseller, its client and a key, with a limit of every kind and none that is ever reached.
record Customer(Admin admin, ApiKey key) {

    private static final long PLENTY = 1_000_000_000_000L;
    private static final Map<String, Integer> LIMITS =
            Map.of("requests_per_minute", 1_000_000_000, "concurrent_requests", 10_000);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);

    static Customer of(Settings settings) {
        return of(settings, Map.of());
    }

    /// @param more limits than those that everybody has
    static Customer of(Settings settings, Map<String, ?> more) {
        var admin = new Admin(settings.get("ADMIN_URL"), settings.get("ADMIN_TOKEN"));
        String reseller = admin.reseller(PLENTY);
        String client = admin.client(reseller, PLENTY / 2);
        Map<String, Object> limits = new HashMap<>(LIMITS);
        limits.putAll(more);
        return new Customer(admin, admin.key(client, limits));
    }

    /// What was forwarded for the key, as its usage says; that comes a little later.
    long usedOnce(long expected) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long used = used();
        while (used != expected && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
            used = used();
        }
        return used;
    }

    private long used() {
        Map<String, Long> usage = admin.usage(key.id());
        return usage.getOrDefault("requests", 0L) - usage.getOrDefault("refused", 0L);
    }
}
