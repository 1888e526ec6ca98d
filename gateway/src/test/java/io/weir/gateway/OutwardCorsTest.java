package io.weir.gateway;

import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Source.Words;
import io.weir.gateway.World.Customer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages in browsers call the gateway, from the origins that may.
class OutwardCorsTest extends OutwardGateway {

    final Customer customer = world.customer(1_000, "1000, 5");

    @ParameterizedTest
    @ValueSource(strings = {PAGE, "https://other.example.com"})
    void aPreflightNeedsNoKeyAndReachesNoUpstream(String origin) {
        source.says(new Words(200, Map.of(), "{}"));

        var answer = preflight(origin);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(origin);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("POST", "DELETE");
        assertThat(header(answer, "Access-Control-Allow-Headers"))
                .contains("authorization", "x-api-key");
        assertThat(header(answer, "Access-Control-Max-Age")).isEqualTo("600");
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-credentials");
        assertThat(source.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example.com", "http://app.example.com", "null"})
    void otherOriginsAreAllowedNothing(String origin) {
        source.says(new Words(200, Map.of(), "{}"));

        assertThat(preflight(origin).statusCode()).isEqualTo(403);
        var answer = send(request("/told/a", customer).header("Origin", origin));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEmpty();
        assertThat(source.requests()).isZero();
    }

    @Test
    void theGatewayAnswersForItsUpstreams() {
        source.says(
                new Words(
                        200,
                        Map.of(
                                "Access-Control-Allow-Origin", "*",
                                "access-control-allow-credentials", "true",
                                "Access-Control-Expose-Headers", "x-theirs",
                                "Vary", "Accept-Language"),
                        "{}"));

        var answer = send(request("/told/a", customer).header("Origin", PAGE));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly(PAGE);
        assertThat(answer.headers().allValues("Access-Control-Expose-Headers"))
                .containsExactly("*");
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-credentials");
        assertThat(answer.headers().allValues("Vary")).contains("Origin", "Accept-Language");
    }

    @Test
    void aPageMayReadWhyItIsRefused() {
        var answer = send(request("/told/a").header("Origin", PAGE));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(PAGE);
    }

    @Test
    void whoIsNoBrowserIsToldNothingOfIt() {
        source.says(new Words(200, Map.of("Access-Control-Allow-Origin", "*"), "{}"));

        var answer = send(request("/told/a", customer));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control"));
    }

    private HttpResponse<String> preflight(String origin) {
        return send(
                request("/told/a")
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization, x-api-key"));
    }
}
