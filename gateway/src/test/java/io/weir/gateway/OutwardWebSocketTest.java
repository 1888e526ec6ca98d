package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.eventuallyAnswers;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/// WebSocket connections go through the gateway, and are metered while they do.
class OutwardWebSocketTest extends OutwardGateway {

    private static final HttpClient http = HttpClient.newHttpClient();

    @Autowired MeterRegistry meters;

    @AfterEach
    void nothingIsLeftOpen() {
        eventually(() -> meters.get("weir.requests.active").gauge().value() == 0);
        eventually(() -> meters.get("weir.reservations.open").gauge().value() == 0);
        eventually(() -> sockets.open() == 0);
    }

    @Test
    void aConnectionIsARequestAndSoIsEachMessageOfTheCaller() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/echo", customer);
        for (int i = 0; i < 10; i++) {
            talk.say("message " + i);
        }
        eventually(() -> talk.heard.size() == 10);
        talk.leave();

        assertThat(talk.heard).first().isEqualTo("message 0");
        eventually(() -> world.requests(customer, "served") == 11);
        eventually(() -> world.used(customer) == 11);
    }

    @Test
    void whatTheUpstreamSaysUnaskedCostsNothing() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/tell", customer);
        eventually(() -> talk.heard.size() == 100);
        talk.leave();

        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void theMessageThatIsTooMuchEndsIt() {
        Customer customer = world.customer(4, "1000, 5");
        int before = sockets.messages();
        var talk = open("/sockets/echo", customer);
        for (int i = 0; i < 10; i++) {
            talk.say("message " + i);
        }

        assertThat(talk.closed.join()).isEqualTo(1013);
        eventually(() -> world.requests(customer, "served") == 4);
        eventually(() -> sockets.messages() - before == 3);
        eventually(() -> world.requests(customer, "refused") >= 1);
        assertThat(world.used(customer)).isEqualTo(4);
    }

    @Test
    void aRevokedKeyIsCutOffAlthoughItSaysNothing() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/echo", customer);
        talk.say("still there");
        eventually(() -> talk.heard.size() == 1);

        world.change(
                customer.key(),
                "UPDATE key SET revoked_at = now() WHERE id = '%s'".formatted(customer.key()));

        assertThat(talk.closed.join()).isEqualTo(1008);
        eventually(() -> world.requests(customer, "served") == 2);
    }

    @Test
    void aDeletedKeyIsCutOff() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/echo", customer);

        world.change(customer.key(), "DELETE FROM key WHERE id = '%s'".formatted(customer.key()));

        assertThat(talk.closed.join()).isEqualTo(1008);
    }

    @Test
    void aConnectionHoldsItsSlotAndItsMessagesNeedNone() {
        Customer customer = world.customer(1_000, "1000, 1");
        eventuallyAnswers(200, Wire.ALONE, () -> send(request("/plain/a", customer)));
        var talk = open("/sockets/echo", customer);
        talk.say("one");
        eventually(() -> talk.heard.size() == 1);

        assertThat(send(request("/plain/a", customer)).statusCode()).isEqualTo(429);
        assertThatThrownBy(() -> open("/sockets/echo", customer)).satisfies(refused(429));
        talk.leave();
        eventuallyAnswers(200, () -> send(request("/plain/a", customer)));
    }

    @Test
    void anUnknownKeyOpensNothing() {
        assertThatThrownBy(() -> open("/sockets/echo", null)).satisfies(refused(401));
    }

    @Test
    void anUpstreamThatLeavesEndsIt() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/leave", customer);

        assertThat(talk.closed.join()).isEqualTo(1001);
        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void aCallerThatVanishesIsSettled() {
        Customer customer = world.customer(1_000, "1000, 5");
        var talk = open("/sockets/echo", customer);
        talk.say("one");
        eventually(() -> talk.heard.size() == 1);

        talk.opened.join().abort();

        eventually(() -> world.used(customer) == 2);
    }

    private static org.assertj.core.api.ThrowingConsumer<Throwable> refused(int status) {
        return failure ->
                assertThat(failure)
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                WebSocketHandshakeException.class,
                                handshake ->
                                        assertThat(handshake.getResponse().statusCode())
                                                .isEqualTo(status));
    }

    private Talk open(String path, @Nullable Customer by) {
        var talk = new Talk();
        var builder = http.newWebSocketBuilder().connectTimeout(Wire.DEADLINE);
        if (by != null) {
            builder.header("Authorization", "Bearer " + by.secret());
        }
        builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), talk).join();
        return talk;
    }

    /// A caller's side.
    private static final class Talk implements WebSocket.Listener {

        final Queue<String> heard = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<WebSocket> opened = new CompletableFuture<>();

        /// Also where nobody listens any more.
        void say(String text) {
            opened.join().sendText(text, true).handle((_, _) -> 0).join();
        }

        void leave() {
            opened.join().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            closed.join();
        }

        @Override
        public void onOpen(WebSocket socket) {
            opened.complete(socket);
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            closed.complete(1006);
        }
    }
}
