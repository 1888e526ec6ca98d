package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import io.weir.quota.admission.Admission;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// A gateway that ends, with requests under way.
@Tag("blocking")
class ShutdownTest {

    private static final World world = World.INSTANCE;
    private static final String ROUTE = "spring.cloud.gateway.server.webflux.routes[0].";

    @Test
    void whatTakesTooLongIsCutOffAndSettledBeforeTheEnd() {
        Customer customer = world.customer(1_000, "1000, 50");
        ConfigurableApplicationContext gateway =
                world.gateway(
                        List.of(
                                "weir.drain-delay=0s",
                                "weir.drain-time=1s",
                                ROUTE + "id=open",
                                ROUTE + "uri=" + world.upstreamUrl(),
                                ROUTE + "predicates[0]=Path=/**"));
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
}
