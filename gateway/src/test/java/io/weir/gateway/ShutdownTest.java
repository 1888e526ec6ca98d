package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.weir.gateway.World.Customer;
import io.weir.quota.admission.Admission;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.Phased;
import org.springframework.http.client.ReactorResourceFactory;

/// A gateway that ends, with requests under way.
@Tag("blocking")
class ShutdownTest {

    private static final World world = World.INSTANCE;
    private static final String ROUTE = "spring.cloud.gateway.server.webflux.routes[0].";

    @Test
    void whatTakesTooLongIsCutOffAndSettledBeforeTheEnd() {
        Customer customer = world.customer(1_000, "1000, 50");
        ConfigurableApplicationContext gateway = gateway("0s");
        int port = World.port(gateway);
        Admission admission = gateway.getBean(Admission.class);
        try (Raw endless = Raw.connect("127.0.0.1", port)) {
            endless.send(
                    "GET /a?delay=60000 HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n\r\n"
                            .formatted(customer.secret()));
            eventually(() -> admission.openReservations() == 1);
            long begin = System.nanoTime();

            gateway.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(6));
            assertThat(admission.openReservations()).isZero();
            assertThat(endless.rest()).isEmpty();
        }
        assertThat(world.requests(customer, "estimated")).isEqualTo(1);
        assertThat(world.used(customer)).isEqualTo(1);
    }

    @Test
    void whoIsAnsweredWhileItLeavesIsToldToConnectElsewhere() {
        Customer customer = world.customer(1_000, "1000, 50");
        String request =
                "GET /a?bytes=3 HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n\r\n"
                        .formatted(customer.secret());
        ConfigurableApplicationContext gateway = gateway("1s");
        int port = World.port(gateway);
        try (Raw kept = Raw.connect("127.0.0.1", port)) {
            kept.send(request);
            assertThat(kept.until("xxx")).doesNotContain("connection: close");

            var closing = Thread.ofVirtual().start(gateway::close);
            eventually(() -> isToldToLeave(port, request));

            assertThat(kept.ask(request)).startsWith("HTTP/1.1 200 ").endsWith("xxx");
            join(closing);
        }
        assertThat(world.requests(customer, "served")).isGreaterThan(2);
    }

    @Test
    void anEventLoopThatDoesNotEndIsNotWaitedForLong() {
        ConfigurableApplicationContext gateway = gateway("0s");
        EventLoop loop =
                gateway.getBean(ReactorResourceFactory.class)
                        .getLoopResources()
                        .onServer(true)
                        .next();
        var stuck = new Stuck(loop);
        gateway.getBeanFactory().registerSingleton("stuck", stuck);
        try {
            long begin = System.nanoTime();

            gateway.close();

            assertThat(stuck.isRunning()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(6));
        } finally {
            stuck.end();
        }
    }

    /// On a connection that is new, too.
    private static boolean isToldToLeave(int port, String request) {
        try (Raw fresh = Raw.connect("127.0.0.1", port)) {
            fresh.send(request);
            return fresh.until("xxx").contains("connection: close");
        }
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(Wire.DEADLINE)).isTrue();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static ConfigurableApplicationContext gateway(String drainDelay) {
        return world.gateway(
                List.of(
                        "weir.drain-delay=" + drainDelay,
                        "weir.drain-time=1s",
                        ROUTE + "id=open",
                        ROUTE + "uri=" + world.upstreamUrl(),
                        ROUTE + "predicates[0]=Path=/**"));
    }

    /// An event loop that gets stuck once nobody needs it any more: they end in phase 0.
    private static final class Stuck implements Lifecycle, Phased {

        private final EventLoop loop;
        private volatile boolean running = true;
        private volatile boolean ended;

        Stuck(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void start() {}

        @Override
        public void stop() {
            running = false;
            loop.execute(
                    () -> {
                        while (!ended) {
                            Thread.onSpinWait();
                        }
                    });
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return 1;
        }

        void end() {
            ended = true;
        }
    }
}
