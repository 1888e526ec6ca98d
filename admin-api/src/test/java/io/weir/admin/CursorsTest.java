package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/// A cursor counts where it was given, and nowhere else.
class CursorsTest {

    final Running running = Running.shared();
    final Api operator = new Api(running.api());
    final Tenant own = Tenant.of(running);
    final Tenant sibling = Tenant.of(running);

    @Test
    void itLeadsOnWhereItWasGiven() {
        String cursor = cursor(own.api(), "/tokens?limit=1");

        own.api().get("/tokens?limit=1&cursor=" + cursor).expectStatus().isOk();
    }

    @Test
    void anothersIsRefused() {
        refused(own.api().get("/tokens?cursor=" + cursor(sibling.api(), "/tokens?limit=1")));
        refused(own.api().get("/tokens?cursor=" + cursor(operator, "/tokens?limit=1")));
        refused(operator.get("/tokens?cursor=" + cursor(own.api(), "/tokens?limit=1")));
    }

    @Test
    void thatOfAnotherListIsRefused() {
        refused(operator.get("/resellers?cursor=" + cursor(operator, "/tokens?limit=1")));
    }

    @Test
    void oneThatWasTamperedWithIsRefused() {
        String cursor = cursor(operator, "/tokens?limit=1");
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] ^= 1;
            refused(operator.get("/tokens?cursor=" + text(other)));
        }
        UUID id = UUID.randomUUID();
        var bare =
                ByteBuffer.allocate(16)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits());
        refused(operator.get("/tokens?cursor=" + text(bare.array())));
        refused(operator.get("/tokens?cursor=" + cursor + "A"));
        refused(operator.get("/tokens?cursor=" + cursor + "=="));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String cursor(Api api, String path) {
        return Api.json(api.get(path).expectStatus().isOk()).get("next_cursor").stringValue();
    }

    private static void refused(ResponseSpec answer) {
        var problem = Api.json(answer.expectStatus().isEqualTo(422));
        assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("?cursor");
    }
}
