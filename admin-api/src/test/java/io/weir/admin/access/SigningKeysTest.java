package io.weir.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.admin.Issuer;
import io.weir.admin.wire.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigningKeysTest {

    static final class Hand extends Clock {

        Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    final Issuer issuer = new Issuer();
    final Hand clock = new Hand();
    final SigningKeys keys = new SigningKeys(settings(issuer.url(), ""), clock);

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void theyAreFetchedOnce() {
        assertThat(has("first")).isTrue();
        assertThat(has("first")).isTrue();
        assertThat(issuer.asked()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsNewIsFoundWithinHalfAMinute() {
        has("first");
        issuer.rotate("second");
        assertThat(has("second")).isFalse();
        clock.now = clock.now.plusSeconds(31);
        assertThat(has("second")).isTrue();
        assertThat(issuer.asked()).isEqualTo(2);
    }

    @Test
    void whoNamesKeysThatAreNoneDoesNotMakeUsAsk() {
        for (int i = 0; i < 100; i++) {
            assertThat(has("none " + i)).isFalse();
        }
        assertThat(issuer.asked()).isEqualTo(1);
    }

    @Test
    void aKeyThatTheIssuerDroppedIsForgotten() {
        has("first");
        issuer.rotate("second");
        clock.now = clock.now.plusSeconds(601);
        assertThat(has("first")).isFalse();
    }

    @Test
    void anIssuerThatIsAwayIsTrustedForAnHour() {
        has("first");
        issuer.close();
        clock.now = clock.now.plusSeconds(3_599);
        assertThat(has("first")).isTrue();
        clock.now = clock.now.plusSeconds(2);
        assertThatThrownBy(() -> has("first")).isInstanceOf(Problem.class);
    }

    @Test
    void itsKeysComeOverNoWireThatOthersCanWriteTo() {
        assertThatThrownBy(() -> settings("http://issuer.example", ""))
                .hasMessageContaining("issuer must be https");
        assertThatThrownBy(() -> settings("https://issuer.example", "http://issuer.example/keys"))
                .hasMessageContaining("jwks-uri must be https");
    }

    private static JwtSettings settings(String issuer, String keys) {
        return new JwtSettings(issuer, keys, Issuer.AUDIENCE, "role", "reseller", "scope");
    }

    private boolean has(String name) {
        var known = Objects.requireNonNull(keys.having(name).block(Duration.ofSeconds(10)));
        return known.getKeyByKeyId(name) != null;
    }
}
