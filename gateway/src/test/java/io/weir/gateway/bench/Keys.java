package io.weir.gateway.bench;

import io.weir.gateway.endtoend.Admin;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/// More keys than an API makes in some minutes: put straight into the tables, as the admin API
/// would have stored them. All are of one client, and each has its own rate and slots.
final class Keys {

    private static final String INSERT =
            """
            WITH made AS MATERIALIZED (
                SELECT next_id() AS id, decode(hash, 'hex') AS hash, prefix, last_four
                  FROM unnest($3::text[], $4::text[], $5::text[]) AS m (hash, prefix, last_four)),
            stored AS (
                INSERT INTO key (id, reseller_id, client_id, label, prefix, last_four,
                                 requests_per_minute, concurrent_requests)
                SELECT id, $1, $2, 'one of many', prefix, last_four, 1000000000, 10000 FROM made)
            INSERT INTO credential (hash, key_id) SELECT hash, id FROM made
            """;
    private static final String TIDY = "VACUUM ANALYZE key, credential";
    private static final int AT_A_TIME = 10_000;
    private static final long PLENTY = 1_000_000_000_000L;

    private Keys() {}

    /// Their secrets.
    static String[] make(Settings settings, int count) {
        var database = new Database(settings.get("DATABASE_URL"));
        var pepper = Pepper.of(settings.get("PEPPER"));
        var admin = new Admin(settings.get("ADMIN_URL"), settings.get("ADMIN_TOKEN"));
        String reseller = admin.reseller(PLENTY);
        String client = admin.client(reseller, PLENTY / 2);
        var random = new SecureRandom();
        var secrets = new String[count];
        for (int from = 0; from < count; from += AT_A_TIME) {
            int size = Math.min(AT_A_TIME, count - from);
            var hashes = new String[size];
            var prefixes = new String[size];
            var lastFours = new String[size];
            for (int i = 0; i < size; i++) {
                Secret secret = Secret.generate(Secret.Kind.KEY, random);
                secrets[from + i] = secret.reveal();
                hashes[i] = HexFormat.of().formatHex(pepper.hash(secret));
                prefixes[i] = secret.prefix();
                lastFours[i] = secret.lastFour();
            }
            database.run(INSERT, id(reseller), id(client), hashes, prefixes, lastFours);
        }
        database.run(TIDY);
        return secrets;
    }

    /// As the tables have it, without its kind.
    private static UUID id(String wire) {
        return UUID.fromString(wire.substring(wire.indexOf('_') + 1));
    }
}
