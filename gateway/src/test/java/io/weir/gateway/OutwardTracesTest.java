package io.weir.gateway;

import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Traces of the W3C's kind go through the gateway, or begin at it.
class OutwardTracesTest extends OutwardGateway {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OF_OURS = "00-[0-9a-f]{32}-[0-9a-f]{16}-03";

    final Customer customer = world.customer(1_000, "1000, 5");

    @Test
    void aTraceGoesOnAsItCame() {
        JsonNode seen =
                seen(
                        request("/plain/a?echo=true", customer)
                                .header("traceparent", PARENT)
                                .header("tracestate", "a=1,b=2"));

        assertThat(seen.at("/traceparent/0").stringValue()).isEqualTo(PARENT);
        assertThat(seen.at("/tracestate/0").stringValue()).isEqualTo("a=1,b=2");
    }

    @Test
    void aRequestWithoutATraceBeginsOne() {
        JsonNode seen = seen(request("/plain/a?echo=true", customer));
        JsonNode next = seen(request("/plain/a?echo=true", customer));

        assertThat(seen.at("/traceparent/0").stringValue())
                .matches(OF_OURS)
                .isNotEqualTo(next.at("/traceparent/0").stringValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "00-0-0-0", "ff-" + PARENT})
    void whatIsNoTraceIsReplacedWithAllThatBelongsToIt(String parent) {
        JsonNode seen =
                seen(
                        request("/plain/a?echo=true", customer)
                                .header("traceparent", parent)
                                .header("tracestate", "a=1"));

        assertThat(seen.get("traceparent").size()).isEqualTo(1);
        assertThat(seen.at("/traceparent/0").stringValue()).matches(OF_OURS);
        assertThat(seen.has("tracestate")).isFalse();
    }

    @Test
    void twoAtOnceAreNone() {
        JsonNode seen =
                seen(
                        request("/plain/a?echo=true", customer)
                                .header("traceparent", PARENT)
                                .header("traceparent", PARENT.replace("4bf", "5bf")));

        assertThat(seen.get("traceparent").size()).isEqualTo(1);
        assertThat(seen.at("/traceparent/0").stringValue()).matches(OF_OURS);
    }

    private static JsonNode seen(HttpRequest.Builder request) {
        return json(send(request)).get("headers");
    }
}
