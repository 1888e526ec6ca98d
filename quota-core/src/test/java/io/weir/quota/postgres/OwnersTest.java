package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.Subjects.Owner;
import io.weir.quota.subject.Hash;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Whose secrets are, as the gateway asks for many of them together.
class OwnersTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 1);

    @AfterAll
    static void stop() {
        postgres.close().block(SOON);
        database.close();
    }

    @Test
    void ofManySecretsAtOnceEachLeadsToItsOwnKeyAndOneThatNobodyHasToNone() {
        UUID reseller = database.reseller("1");
        UUID client = database.client(reseller, 1, "hard", 0);
        UUID first = key(reseller, client, 1);
        UUID second = key(reseller, client, 2);

        var owners = owners(hash(1), hash(2), hash(3));
        assertThat(owners.keySet()).containsExactlyInAnyOrder(hash(1), hash(2));
        assertThat(Objects.requireNonNull(owners.get(hash(1))).key()).isEqualTo(first);
        assertThat(Objects.requireNonNull(owners.get(hash(2))).key()).isEqualTo(second);
        assertThat(owners.values())
                .allSatisfy(
                        owner -> {
                            assertThat(owner.client()).contains(client);
                            assertThat(owner.reseller()).isEqualTo(reseller);
                        });
    }

    @Test
    void aKeyIsTheSameByItsSecretAndByItsSettingsUntilItGetsAnotherSecret() {
        UUID reseller = database.reseller("1");
        UUID key = key(reseller, database.client(reseller, 1, "hard", 0), 4);
        UUID before = identity(key);
        assertThat(owner(hash(4)).identity()).isEqualTo(before);

        database.run("UPDATE credential SET expires_at = now() WHERE key_id = '" + key + "'");
        opens(key, 5);
        assertThat(identity(key)).isNotEqualTo(before);
        assertThat(owners(hash(4), hash(5)).values())
                .hasSize(2)
                .allSatisfy(owner -> assertThat(owner.identity()).isEqualTo(identity(key)));
    }

    private static UUID identity(UUID key) {
        var settings =
                Objects.requireNonNull(postgres.subjects().settings(Set.of(key)).block(SOON));
        return Objects.requireNonNull(settings.getFirst().identity());
    }

    private static Owner owner(Hash hash) {
        return Objects.requireNonNull(owners(hash).get(hash));
    }

    private static Map<Hash, Owner> owners(Hash... hashes) {
        return Objects.requireNonNull(postgres.subjects().owners(Set.of(hashes)).block(SOON));
    }

    private static UUID key(UUID reseller, UUID client, long secret) {
        UUID id = UUID.randomUUID();
        database.run(
                """
                INSERT INTO key (id, reseller_id, client_id, label, prefix, last_four)
                VALUES ('%s', '%s', '%s', 'a key', 'weir_sk_aaaa', 'zzzz')
                """
                        .formatted(id, reseller, client));
        opens(id, secret);
        return id;
    }

    private static void opens(UUID key, long secret) {
        database.run(
                "INSERT INTO credential (hash, key_id) VALUES (decode('%s', 'hex'), '%s')"
                        .formatted(hash(secret).hex(), key));
    }

    /// Of which each of the four parts is another, and one has its highest bit.
    private static Hash hash(long secret) {
        return new Hash(secret, -secret, secret << 8, secret + 1);
    }
}
