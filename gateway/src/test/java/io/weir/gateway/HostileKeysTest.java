package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

/// Who guesses keys is slowed down, and troubles nobody else.
class HostileKeysTest extends HostileGateway {

    private static final String GUESSER = "127.0.0.66";
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void whoTriesTooManyKeysHasNoMoreLookedUp() {
        Customer known = customer();
        assertThat(asked(GUESSER, known.secret())).startsWith("HTTP/1.1 200 ");

        String answer = "";
        int unknown = 0;
        for (int i = 0; i <= UNKNOWN_KEYS && !answer.startsWith("HTTP/1.1 429 "); i++) {
            answer = asked(GUESSER, Secret.generate(Secret.Kind.KEY, RANDOM).reveal());
            unknown += answer.startsWith("HTTP/1.1 401 ") ? 1 : 0;
        }

        assertThat(unknown).isEqualTo(UNKNOWN_KEYS);
        assertThat(answer)
                .startsWith("HTTP/1.1 429 ")
                .contains("urn:weir:problem:too-many-unknown-keys")
                .containsIgnoringCase("Retry-After: ");
        assertThat(asked(GUESSER, known.secret())).startsWith("HTTP/1.1 200 ");
        assertThat(asked(GUESSER, "junk")).startsWith("HTTP/1.1 401 ");
        assertThat(asked("127.0.0.67", customer().secret())).startsWith("HTTP/1.1 200 ");
    }

    private String asked(String from, String secret) {
        try (Raw raw = Raw.connect(from, port)) {
            return raw.ask(
                    "GET /open/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-api-key: %s\r\n\r\n"
                            .formatted(secret));
        }
    }
}
