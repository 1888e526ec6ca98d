package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;

/// HTTP/2 without TLS, for callers that begin with it.
class OutwardHttp2Test extends OutwardGateway {

    final Customer customer = world.customer(1_000, "1000, 50");

    @Test
    void callersThatBeginWithItAreServed() {
        var client =
                reactor.netty.http.client.HttpClient.create()
                        .protocol(HttpProtocol.H2C)
                        .headers(sent -> sent.set("authorization", "Bearer " + customer.secret()));

        var statuses =
                Flux.range(0, 20)
                        .flatMap(
                                i ->
                                        client.get()
                                                .uri(
                                                        "http://127.0.0.1:%d/plain/%d"
                                                                .formatted(port, i))
                                                .responseSingle(
                                                        (response, body) ->
                                                                body.asString()
                                                                        .then(
                                                                                Mono.just(
                                                                                        response.status()
                                                                                                .code()))))
                        .collectList()
                        .block(Wire.DEADLINE);

        assertThat(statuses).hasSize(20).containsOnly(200);
    }

    /// As the JDK's client does unless it is told not to: its body may be of any size.
    @Test
    void callersThatAskForItWithARequestAreAnsweredInTheOldWay() throws Exception {
        String large = "{\"x\":\"" + "x".repeat(200_000) + "\"}";
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            for (int i = 0; i < 2; i++) {
                var answer =
                        client.send(
                                request("/plain/a?echo=true", customer)
                                        .header("content-type", "application/json")
                                        .POST(BodyPublishers.ofString(large))
                                        .build(),
                                BodyHandlers.ofString());

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
                assertThat(answer.body()).contains("x".repeat(1_000));
            }
        }
    }
}
