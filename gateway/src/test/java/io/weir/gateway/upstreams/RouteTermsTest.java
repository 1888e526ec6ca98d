package io.weir.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.config.HttpClientProperties;

class RouteTermsTest {

    private static final UpstreamSettings USUAL =
            new UpstreamSettings(Duration.ofMinutes(5), 1_000);

    @Test
    void whatARouteDoesNotSayIsAsUsual() {
        RouteTerms terms = terms(Map.of());

        assertThat(terms.streamIdleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(terms.maxPending()).isEqualTo(1_000);
    }

    @Test
    void whatItSaysCountsForItAlone() {
        RouteTerms terms =
                terms(
                        Map.of(
                                "connect-timeout",
                                500,
                                "response-timeout",
                                "-1",
                                "stream-idle-timeout",
                                "30s",
                                "max-connections",
                                "20",
                                "max-pending",
                                10,
                                "acquire-timeout",
                                100));

        assertThat(terms)
                .isEqualTo(
                        new RouteTerms(
                                "r",
                                Duration.ofMillis(500),
                                null,
                                Duration.ofSeconds(30),
                                20,
                                10,
                                Duration.ofMillis(100)));
    }

    @ParameterizedTest
    @CsvSource({
        "connect-timeout,     0",
        "connect-timeout,     1s",
        "response-timeout,    soon",
        "response-timeout,    -2",
        "stream-idle-timeout, 0",
        "stream-idle-timeout, 2d",
        "stream-idle-timeout, never",
        "max-connections,     0",
        "max-pending,         -1",
        "acquire-timeout,     -1"
    })
    void aMistakeIsNamed(String name, String value) {
        assertThatThrownBy(() -> terms(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Route 'r'")
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("'" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT25H, 1", "PT1S, 0", "PT1S, 1000001"})
    void settingsThatMakeNoSenseStopTheStart(Duration idle, int pending) {
        assertThatThrownBy(() -> new UpstreamSettings(idle, pending))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static RouteTerms terms(Map<String, Object> metadata) {
        return RouteTerms.of("r", metadata, new HttpClientProperties(), USUAL);
    }
}
