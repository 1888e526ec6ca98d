package io.weir.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.upstream.UpstreamCalls.Called;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StubUpstreamTest {

    private static final UpstreamCalls upstream = new UpstreamCalls();

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void saysHelloOnAnyPath() {
        verify(
                upstream.get("/any/where?a=b"),
                called -> {
                    assertThat(called.status()).isEqualTo(200);
                    assertThat(called.body())
                            .isEqualTo(
                                    """
                                    {"message":"hello from the upstream","method":"GET","path":"/any/where"}""");
                });
    }

    @Test
    void echoesWhatItReceived() {
        verify(
                upstream.post("/some/echo?a=b", "X-Colour", "blue", "a body"),
                called -> {
                    assertThat(called.json().path("path").stringValue())
                            .isEqualTo("/some/echo?a=b");
                    assertThat(called.json().at("/headers/x-colour/0").stringValue())
                            .isEqualTo("blue");
                    assertThat(called.json().path("body").stringValue()).isEqualTo("a body");
                });
    }

    @Test
    void echoesAnyPathWhenAHeaderAsks() {
        verify(
                upstream.post("/v1/messages", "x-weir-echo", "true", "not JSON"),
                called ->
                        assertThat(called.json().path("body").stringValue()).isEqualTo("not JSON"));
    }

    @Test
    void answersTheStatusAskedFor() {
        verify(upstream.get("/?status=503"), called -> assertThat(called.status()).isEqualTo(503));
        verify(
                upstream.post("/v1/messages?status=529", "{}"),
                called ->
                        assertThat(called.json().at("/error/type").stringValue())
                                .isEqualTo("overloaded_error"));
    }

    @Test
    void answersAsManyBytesAsAskedFor() {
        verify(upstream.get("/?bytes=40000"), called -> assertThat(called.body()).hasSize(40_000));
    }

    @Test
    void waitsAsLongAsAskedTo() {
        StepVerifier.create(upstream.get("/?delay=300").timeout(Duration.ofMillis(100)))
                .expectError(TimeoutException.class)
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void listsModels() {
        verify(
                upstream.get("/v1/models"),
                called ->
                        assertThat(called.json().at("/data/0/id").stringValue())
                                .isEqualTo("gpt-4o-mini"));
    }

    static void verify(Mono<Called> call, Consumer<Called> expectation) {
        StepVerifier.create(call)
                .assertNext(expectation)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }
}
