package io.weir.quota.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.quota.subject.Secret.Kind;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

    static final SecureRandom RANDOM = new SecureRandom();
    static final Pepper PEPPER = Pepper.of("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

    @Test
    void aSecretIsReadBackAsItWasShown() {
        Secret secret = Secret.generate(Kind.KEY, RANDOM);

        assertThat(Secret.parse(Kind.KEY, secret.reveal()))
                .hasValueSatisfying(read -> assertThat(read.reveal()).isEqualTo(secret.reveal()));
    }

    @Test
    void everyChangedCharacterIsNoticedWithoutALookUp() {
        String secret = Secret.generate(Kind.KEY, RANDOM).reveal();
        for (int i = 0; i < secret.length(); i++) {
            char other = secret.charAt(i) == 'x' ? 'y' : 'x';
            String changed = secret.substring(0, i) + other + secret.substring(i + 1);
            assertThat(Secret.parse(Kind.KEY, changed)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weir_sk_", "sk-abc", "weir_sk_\0", "Bearer weir_sk_1"})
    void junkIsNoSecret(String text) {
        assertThat(Secret.parse(Kind.KEY, text)).isEmpty();
    }

    @Test
    void aTokenIsNoKey() {
        assertThat(Secret.parse(Kind.KEY, Secret.generate(Kind.TOKEN, RANDOM).reveal())).isEmpty();
    }

    @Test
    void itIsRecognisedByItsPrefixAndShownNoFurther() {
        Secret secret = Secret.generate(Kind.KEY, RANDOM);

        assertThat(secret.reveal()).startsWith(secret.prefix()).endsWith(secret.lastFour());
        assertThat(secret.toString()).hasSizeLessThan(16).doesNotContain(secret.lastFour());
    }

    @Test
    void noTwoAreTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(Secret.generate(Kind.KEY, RANDOM).reveal())).isTrue();
        }
    }

    @Test
    void theHashDependsOnThePepper() {
        Secret secret = Secret.generate(Kind.KEY, RANDOM);
        Pepper other = Pepper.of("OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=");

        assertThat(PEPPER.hash(secret)).hasSize(32).isEqualTo(PEPPER.hash(secret));
        assertThat(PEPPER.hash(secret)).isNotEqualTo(other.hash(secret));
    }

    @Test
    void aShortPepperIsRefused() {
        assertThatThrownBy(() -> Pepper.of("c2hvcnQ=")).hasMessageContaining("32 bytes");
    }
}
