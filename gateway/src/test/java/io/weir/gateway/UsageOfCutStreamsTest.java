package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.eventuallyAnswers;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.weir.gateway.World.Customer;
import io.weir.quota.admission.Admission;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// A thousand callers of streams that leave at any byte, in every way that a connection can end.
class UsageOfCutStreamsTest extends ModelGateway {

    private static final String PATH = "/openai/v1/chat/completions";
    private static final int STREAMS = 900;
    private static final int LONG_STREAMS = 100;
    private static final int AT_ONCE = 50;
    private static final long WORDS = 24;
    private static final long MOST_OUTPUT = 50;
    private static final String BODY =
            chat(
                    "priced",
                    "word ".repeat((int) WORDS).strip(),
                    ",\"stream\":true,\"max_tokens\":" + MOST_OUTPUT);

    /// Of the whole answer to that, and of its first events.
    private static final int BYTES = 6_000;

    private static final int FIRST_BYTES = 1_200;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Autowired Admission admission;
    @Autowired MeterRegistry meters;

    /// How a caller leaves.
    private enum Way {
        FIN(HttpProtocol.HTTP11),
        RST(HttpProtocol.HTTP11),
        STREAM_RESET(HttpProtocol.H2C),
        FIN_OF_HTTP2(HttpProtocol.H2C),
        RST_OF_HTTP2(HttpProtocol.H2C);

        private final HttpProtocol protocol;

        Way(HttpProtocol protocol) {
            this.protocol = protocol;
        }

        HttpClient client() {
            return HttpClient.create(ConnectionProvider.newConnection()).protocol(protocol);
        }

        void leave(Channel channel) {
            Channel left =
                    this == FIN_OF_HTTP2 || this == RST_OF_HTTP2 ? channel.parent() : channel;
            if (this == RST || this == RST_OF_HTTP2) {
                left.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            // not while the channel reads: its codec would go on with what is freed
            left.eventLoop()
                    .execute(
                            () -> {
                                var _ = left.close();
                            });
        }
    }

    @BeforeEach
    void prices() {
        world.changePrices(PRICES);
        Customer first = withBudget(CREDIT);
        eventuallyAnswers(200, () -> post(PATH, chat("priced", "a", ",\"max_tokens\":9"), first));
    }

    @Test
    void eachIsSettledOnceAndNothingIsLeftBehind() {
        try (var leaks = Leaks.watched()) {
            eachIsSettledOnce();

            eventually(() -> meters.get("weir.requests.active").gauge().value() == 0);
            eventually(() -> upstreamConnections() == 0);
            assertThat(leaks.found()).as("seed " + seed).isEmpty();
        }
    }

    private void eachIsSettledOnce() {
        Customer brief = known(withBudget(100 * CREDIT));
        Customer patient = known(withBudget(100 * CREDIT));
        List<Long> delivered =
                Mono.zip(
                                cut(STREAMS, "?pace=4", BYTES, brief),
                                cut(LONG_STREAMS, "?pace=300", FIRST_BYTES, patient),
                                List::of)
                        .blockOptional(Duration.ofMinutes(2))
                        .orElseThrow();
        long left = System.nanoTime();
        eventually(() -> admission.openReservations() == 0);

        assertThat(Duration.ofNanos(System.nanoTime() - left))
                .as("seed " + seed)
                .isLessThan(Duration.ofSeconds(5));
        eventually(() -> requests(brief) == STREAMS + 1 && requests(patient) == LONG_STREAMS + 1);
        asDelivered(brief, delivered.get(0), STREAMS);
        asDelivered(patient, delivered.get(1), LONG_STREAMS);
        assertThat(all(patient, "tokens_estimated"))
                .isEqualTo(all(patient, "input") + all(patient, "output"));
    }

    /// One whose limits the gateway has looked up, by a request that failed and cost nothing else.
    private Customer known(Customer customer) {
        String body = chat("priced", "a", ",\"max_tokens\":9");
        eventually(() -> post(PATH + "?status=500", body, customer).statusCode() == 500);
        return customer;
    }

    /// Nothing is charged twice, nothing that was not set aside, and nobody got anything for free.
    private void asDelivered(Customer customer, long delivered, long streams) {
        assertThat(all(customer, "output"))
                .as("seed " + seed)
                .isBetween(delivered, MOST_OUTPUT * streams);
        assertThat(all(customer, "input"))
                .as("seed " + seed)
                .isBetween(WORDS * streams, BODY.length() * streams);
        assertThat(used(customer, "budget"))
                .isEqualTo(all(customer, "input") * 3_000 + all(customer, "output") * 15_000);
    }

    /// @return how many tokens they saw
    private Mono<Long> cut(int streams, String pace, int bytes, Customer by) {
        return Flux.range(0, streams)
                .flatMap(number -> cutOne(number, pace, bytes, by), AT_ONCE)
                .reduce(0L, Long::sum);
    }

    private Mono<Long> cutOne(int number, String pace, int bytes, Customer by) {
        Way way = Way.values()[number % Way.values().length];
        int after = 1 + random.nextInt(bytes);
        return way.client()
                .headers(
                        all ->
                                all.add("Authorization", "Bearer " + by.secret())
                                        .add("Content-Type", "application/json"))
                .post()
                .uri("http://127.0.0.1:" + port + PATH + pace)
                .send(ByteBufMono.fromString(Mono.just(BODY)))
                .responseConnection(
                        (head, connection) -> {
                            assertThat(head.status().code()).isEqualTo(200);
                            return readUntil(after, way, connection);
                        })
                .single();
    }

    private static Mono<Long> readUntil(int bytes, Way way, Connection connection) {
        var text = new StringBuilder();
        return connection
                .inbound()
                .receive()
                .asString()
                .takeUntil(
                        part -> {
                            text.append(part);
                            boolean enough = text.length() >= bytes;
                            if (enough) {
                                way.leave(connection.channel());
                            }
                            return enough;
                        })
                .then(Mono.fromSupplier(() -> tokens(text)));
    }

    private static long tokens(CharSequence answer) {
        return answer.toString()
                .lines()
                .filter(
                        line ->
                                line.contains("\"content\":\"")
                                        && !line.contains("\"content\":\"\""))
                .count();
    }

    private static long requests(Customer customer) {
        return all(customer, "requests");
    }

    /// Those that left after the last byte were served.
    private static long all(Customer customer, String what) {
        return told(customer, what, "priced", "canceled")
                + told(customer, what, "priced", "served");
    }

    private static double upstreamConnections() {
        Collection<Gauge> all =
                Metrics.globalRegistry
                        .get("reactor.netty.connection.provider.active.connections")
                        .gauges();
        return all.stream()
                .filter(each -> String.valueOf(each.getId().getTag("name")).startsWith("proxy"))
                .mapToDouble(Gauge::value)
                .filter(value -> !Double.isNaN(value))
                .sum();
    }
}
