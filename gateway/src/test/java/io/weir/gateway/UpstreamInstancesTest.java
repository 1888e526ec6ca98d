package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Upstreams of several instances, and what becomes of a request when one of them fails: it is
/// admitted and settled once, however often it is tried.
class UpstreamInstancesTest extends UpstreamGateway {

    @Test
    void requestsAreSharedByAllInstances() {
        for (int i = 0; i < 20; i++) {
            assertThat(get("/both/a").statusCode()).isEqualTo(200);
        }

        assertThat(first.asked()).isEqualTo(10);
        assertThat(second.asked()).isEqualTo(10);
        usedInTheEnd(20, "served");
    }

    @Test
    void theOneThatHasMoreToAnswerIsAskedLess() throws IOException {
        try (var _ = asking("/both/a?does=hang")) {
            eventually(() -> first.asked() + second.asked() == 1);
            RawUpstream other = first.asked() == 0 ? first : second;
            for (int i = 0; i < 20; i++) {
                assertThat(get("/both/a").statusCode()).isEqualTo(200);
            }

            assertThat(other.asked()).isEqualTo(20);
        }
    }

    @Test
    void anInstanceThatIsDownFailsNoRequestNotEvenOneWithABody() {
        for (int i = 0; i < 10; i++) {
            assertThat(get("/half/a").statusCode()).isEqualTo(200);
            assertThat(post("/half/a").statusCode()).isEqualTo(200);
        }

        assertThat(second.asked()).isEqualTo(20);
        usedInTheEnd(20, "served");
    }

    @Test
    void aRequestThatMayBeDoneTwiceIsTriedAgainWhenItsConnectionBreaks() {
        first.does("drop");

        assertThat(get("/again/a").statusCode()).isEqualTo(502);
        assertThat(first.asked()).isEqualTo(3);
        usedInTheEnd(1, "failed");
    }

    @Test
    void oneThatMayNotIsNot() {
        first.does("drop");

        assertThat(post("/again/a").statusCode()).isEqualTo(502);
        assertThat(first.asked()).isEqualTo(1);
        usedInTheEnd(1, "failed");
    }

    @Test
    void norIsOneThatTookTooLongOrWasAnswered() {
        assertThat(get("/again/a?does=hang").statusCode()).isEqualTo(504);
        assertThat(get("/again/a?does=fail").statusCode()).isEqualTo(503);

        assertThat(first.asked()).isEqualTo(2);
        eventually(() -> world.used(customer) == 2);
        eventually(() -> world.requests(customer, "failed") == 1);
        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void aCallerThatLeavesDuringALaterAttemptHasMadeOneRequest() throws IOException {
        try (var _ = asking("/again/a?does=droponce")) {
            eventually(() -> first.asked() == 2);
        }

        usedInTheEnd(1, "canceled");
    }

    @Test
    void theHostsOwnRetriesAreOneRequestToo() {
        assertThat(get("/retrying/a?does=fail").statusCode()).isEqualTo(503);

        assertThat(first.asked()).isEqualTo(3);
        usedInTheEnd(1, "served");
    }

    @Test
    void anUpstreamThatKeepsFailingIsLeftAloneForAWhile() {
        for (int i = 0; i < 3; i++) {
            assertThat(get("/broken/a?does=fail").statusCode()).isEqualTo(503);
        }
        var refused = get("/broken/a");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-unavailable");
        assertThat(header(refused, "Retry-After")).isIn("1", "2");
        assertThat(first.asked()).isEqualTo(3);

        eventually(() -> get("/broken/a").statusCode() == 200);
        assertThat(first.asked()).isEqualTo(4);
        usedInTheEnd(4, "served");
    }

    @Test
    void anInstanceThatFailsItsHealthCheckIsNotAsked() {
        first.does("ill");
        eventually(() -> asksOnly(second));

        first.does("");
        eventually(
                () -> {
                    first.clear();
                    get("/checked/a");
                    get("/checked/a");
                    return first.asked() == 1;
                });
    }

    private boolean asksOnly(RawUpstream only) {
        int before = only.asked();
        for (int i = 0; i < 4; i++) {
            get("/checked/a");
        }
        return only.asked() == before + 4;
    }
}
