package io.weir.gateway;

import io.weir.gateway.World.Customer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// How a customer stands whose next request is refused.
enum Standing {
    UNKNOWN,
    SUSPENDED,
    DISABLED,
    REVOKED,
    EXPIRED,
    ROUTE_NOT_ALLOWED,
    MODEL_NOT_ALLOWED,
    OUTSIDE_ACCESS_WINDOW,
    RATE_EXCEEDED,
    CONCURRENCY_EXCEEDED,
    QUOTA_SPENT,
    QUOTA_RESERVED,
    BUDGET_SPENT,
    STORE_AWAY;

    private static final World world = World.INSTANCE;

    Customer customer() {
        return switch (this) {
            case RATE_EXCEEDED -> world.customer(1_000, "4, 5");
            case CONCURRENCY_EXCEEDED -> world.customer(1_000, "60, 1");
            case QUOTA_SPENT, QUOTA_RESERVED -> world.customer(1, "60, 5");
            default -> world.customer(1_000, "600, 5");
        };
    }

    /// It stands so until what is returned is closed.
    AutoCloseable bring(Customer customer, SdkGateway gateway) throws Exception {
        switch (this) {
            case UNKNOWN -> world.run("DELETE FROM credential WHERE " + of(customer, "key_id"));
            case SUSPENDED -> world.setStatus(customer, "suspended");
            case DISABLED -> world.setStatus(customer, "disabled");
            case REVOKED -> set(customer, "revoked_at = now()");
            case EXPIRED -> set(customer, "expires_at = now() - interval '1 s'");
            case ROUTE_NOT_ALLOWED -> set(customer, "allowed_routes = '{demo}'");
            case MODEL_NOT_ALLOWED -> set(customer, "allowed_models = '{none}'");
            case OUTSIDE_ACCESS_WINDOW -> close(customer);
            case RATE_EXCEEDED -> Wire.eventually(() -> gateway.status("/demo/a", customer) == 429);
            case QUOTA_SPENT -> gateway.status("/demo/a", customer);
            case BUDGET_SPENT -> gateway.spend(customer);
            case CONCURRENCY_EXCEEDED, QUOTA_RESERVED -> {
                return gateway.underWay(customer);
            }
            case STORE_AWAY -> {
                return world.locked("key");
            }
        }
        return () -> {};
    }

    /// Access is on one day of the week, three days from now.
    private static void close(Customer customer) {
        String day =
                Instant.now()
                        .plus(3, ChronoUnit.DAYS)
                        .atOffset(ZoneOffset.UTC)
                        .getDayOfWeek()
                        .name()
                        .substring(0, 3)
                        .toLowerCase(Locale.ROOT);
        world.run(
                """
                INSERT INTO rule (id, reseller_id, name, enabled, window_zone, window_weekdays)
                VALUES ('%1$s', '%2$s', 'r', true, 'UTC', '{%3$s}')
                """
                        .formatted(customer.key(), customer.reseller(), day));
        set(customer, "rule_id = id");
    }

    private static void set(Customer customer, String columns) {
        world.change(
                customer.key(),
                "UPDATE key SET %s WHERE %s".formatted(columns, of(customer, "id")));
    }

    private static String of(Customer customer, String column) {
        return "%s = '%s'".formatted(column, customer.key());
    }
}
