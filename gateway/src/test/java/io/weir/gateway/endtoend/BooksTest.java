package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Without a gateway between them, what the callers were told and what arrived must be the same.
class BooksTest {

    final Recorder recorder = new Recorder();
    final Load load = new Load(64);

    @AfterEach
    void close() {
        load.close();
        recorder.close();
    }

    @Test
    void everyAnswerIsOneArrival() {
        var tally = load.send(50_000, call("/all"));

        Figure.print("the books alone: %s, %.0f/s".formatted(tally, tally.perSecond()));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", 50_000L));
        assertThat(recorder.at("/all").count()).isEqualTo(50_000);
    }

    @Test
    void slowRequestsAreInFlightTogether() {
        load.send(64, call("/slow?delay=1000"));

        assertThat(recorder.at("/slow").mostInFlight()).isEqualTo(64);
    }

    @Test
    void theUpstreamAnswersAsTold() {
        assertThat(load.send(call("/status?status=503")).status()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "cut"})
    void aBrokenConnectionIsAnError(String how) {
        var tally = load.send(10, call("/broken?" + how));

        assertThat(recorder.at("/broken").count()).isEqualTo(10);
        assertThat(tally.errors()).isEqualTo(10);
        assertThat(tally.count(200)).isZero();
    }

    @Test
    void aKeyThatArrivesIsSeen() {
        load.send(Call.bearer(recorder.url() + "/key", "weir_sk_" + "a".repeat(38)));

        assertThat(recorder.withAKey()).isEqualTo(1);
        assertThat(recorder.at("/key").first())
                .singleElement()
                .asString()
                .contains("GET /key HTTP/1.1");
    }

    private Call call(String path) {
        return new Call(recorder.url() + path, Map.of());
    }
}
