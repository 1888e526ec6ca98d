package io.weir.admin;

import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// A reseller with one of each resource, who asks with a token of its own.
///
/// @param api as the reseller sees it
record Tenant(Running running, Fixture fixture, Api api) {

    private static final Pattern UUIDS =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final String FOREIGN =
            """
            SELECT id FROM weir.reseller WHERE id <> '%1$s'
            UNION ALL SELECT id FROM weir.client WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.key WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.key_group WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.rule WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.client_import WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.checkout WHERE reseller_id <> '%1$s'
            UNION ALL SELECT id FROM weir.token WHERE reseller_id IS DISTINCT FROM '%1$s'
            """;
    private static final String USE =
            """
            INSERT INTO weir.usage_minute (minute, key_id, client_id, reseller_id, route, outcome, requests)
            VALUES (date_trunc('minute', now()), '%1$s', '%2$s', '%3$s', 'route', 'served', 1);
            INSERT INTO weir.counter (subject, policy, starts, used)
            VALUES ('%2$s', 'monthly', date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', 1);
            INSERT INTO weir.decision (id, key_id, reseller_id, decided_at, outcome, route, explanation)
            VALUES ('%1$s', '%1$s', '%3$s', now(), 'refused', 'route', '{"limits": []}');
            INSERT INTO weir.client_import (id, reseller_id, requested_by, dry_run, mode, status, finished_at)
            VALUES ('%1$s', '%3$s', '{}', false, 'atomic', 'completed', now());
            INSERT INTO weir.client_import_chunk VALUES ('%1$s', 0, '%3$s');
            INSERT INTO weir.checkout (id, reseller_id, provider, session, url, amount, currency, charged, expires_at)
            VALUES ('%1$s', '%3$s', 'stripe', 'cs_%1$s', 'https://pay.example', 1000000000, 'USD', 100, now())
            """;

    static Tenant of(Running running) {
        var fixture = Fixture.of(running);
        running.rows(
                USE.formatted(
                        uuid(fixture.key()), uuid(fixture.client()), uuid(fixture.reseller())));
        return new Tenant(running, fixture, with(running, fixture, "*"));
    }

    Api with(String... scopes) {
        return with(running, fixture, scopes);
    }

    Principal principal() {
        return new Principal(UUID.randomUUID(), "a test", Role.RESELLER, reseller(), Set.of("*"));
    }

    UUID reseller() {
        return UUID.fromString(uuid(fixture.reseller()));
    }

    /// What a text tells of others.
    Set<String> leaks(String text) {
        Set<String> told = new HashSet<>();
        UUIDS.matcher(text).results().forEach(found -> told.add(found.group()));
        told.retainAll(Set.copyOf(running.rows(FOREIGN.formatted(reseller()))));
        return told;
    }

    private static Api with(Running running, Fixture fixture, String... scopes) {
        var made =
                new Api(running.api()).post("/tokens", Fixture.token(fixture.reseller(), scopes));
        return new Api(
                running.as(Api.json(made.expectStatus().isCreated()).get("secret").stringValue()));
    }

    private static String uuid(String id) {
        return id.substring(4);
    }
}
