package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Upstreams that do not answer, or not to the end: nothing waits for them without a limit, and
/// each request is settled once.
class UpstreamFailuresTest extends UpstreamGateway {

    @Test
    void anAnswerThatDoesNotBeginInTimeIsA504() {
        var answer = get("/timed/a?does=hang");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(json(answer).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-timeout");
        usedInTheEnd(1, "failed");
    }

    @ParameterizedTest
    @CsvSource({"openai, error/code, upstream_error", "anthropic, error/type, timeout_error"})
    void itIsToldInTheDialectOfTheRoute(String route, String member, String word) {
        var answer = get("/" + route + "/a?does=hang");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(json(answer).at("/" + member).stringValue()).isEqualTo(word);
        usedInTheEnd(1, "failed");
    }

    @Test
    void anAnswerThatStallsIsBrokenOff() {
        assertThatThrownBy(() -> get("/timed/a?does=stalllater"))
                .isInstanceOf(UncheckedIOException.class);

        usedInTheEnd(1, "failed");
    }

    @Test
    void oneThatIsShortIsNotBegunBeforeAllOfItIsThere() {
        var answer = get("/timed/a?does=stall");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        assertThat(json(answer).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-timeout");
        usedInTheEnd(1, "failed");
    }

    @Test
    void anAnswerThatGoesOnSlowlyIsNot() {
        assertThat(get("/timed/a?does=trickle").body()).isEqualTo("xxxxxxxx");

        usedInTheEnd(1, "served");
    }

    @Test
    void aCallerThatIsSlowIsNoStallOfTheUpstream() throws IOException {
        try (var socket = asking("/timed/a?does=large")) {
            int head = socket.getInputStream().read();
            // much longer than an answer may pause
            LockSupport.parkNanos(1_500_000_000L);
            long rest = socket.getInputStream().skip(RawUpstream.LARGE - 1);

            assertThat(head).isEqualTo('H');
            assertThat(rest).isEqualTo(RawUpstream.LARGE - 1);
        }
        usedInTheEnd(1, "served");
    }

    @ParameterizedTest
    @CsvSource({"drop", "reset", "garbage"})
    void anUpstreamThatBreaksOffIsA502(String way) {
        var answer = get("/timed/a?does=" + way);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(json(answer).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-failed");
        usedInTheEnd(1, "failed");
    }

    @Test
    void anUpstreamThatTakesNoConnectionIsA504AndCostsNothing() {
        var answer = get("/deaf/a");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(get("/wide/a").statusCode()).isEqualTo(200);
        usedInTheEnd(1, "served");
    }

    @Test
    void aCallerThatLeavesEndsTheWaitForItsAnswer() throws IOException {
        try (var _ = asking("/wide/a?does=hang")) {
            eventually(() -> first.asked() == 1);
        }

        usedInTheEnd(1, "canceled");
    }
}
