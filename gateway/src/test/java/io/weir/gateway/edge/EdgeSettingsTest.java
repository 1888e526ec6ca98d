package io.weir.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class EdgeSettingsTest {

    @Test
    void withoutAnyThereAreTheDocumentedLimits() {
        EdgeSettings settings = bound(Map.of());

        assertThat(settings)
                .isEqualTo(
                        new EdgeSettings(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(30),
                                DataSize.ofKilobytes(1),
                                Duration.ofSeconds(30),
                                DataSize.ofKilobytes(16),
                                100,
                                DataSize.ofKilobytes(8),
                                DataSize.ofMegabytes(32),
                                20_000,
                                1_000,
                                100,
                                10_000,
                                100,
                                200,
                                List.of()));
    }

    @Test
    void theyAreSetFromTheEnvironment() {
        EdgeSettings settings =
                bound(
                        Map.of(
                                "WEIR_EDGE_HEAD_TIMEOUT", "5s",
                                "WEIR_EDGE_CONNECTIONS_PER_ADDRESS", "50",
                                "WEIR_EDGE_TRUSTED_PROXIES", "10.0.0.0/8, ::1"));

        assertThat(settings.headTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.connectionsPerAddress()).isEqualTo(50);
        assertThat(settings.proxies()).hasToString("[10.0.0.0/8, ::1]");
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD_TIMEOUT, 0s, head-timeout",
        "BODY_TIMEOUT, -1s, body-timeout",
        "HEADERS, 0, headers",
        "HEADER_SIZE, 5TB, header-size",
        "CONNECTIONS, -1, connections",
        "UNKNOWN_KEYS, 0, unknown-keys",
        "TRUSTED_PROXIES, my-proxy, trusted-proxies"
    })
    void whatIsNoLimitIsNamed(String variable, String value, String named) {
        assertThatThrownBy(() -> bound(Map.of("WEIR_EDGE_" + variable, value)))
                .hasStackTraceContaining("weir.edge." + named);
    }

    private static EdgeSettings bound(Map<String, Object> variables) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new HashMap<>(variables)));
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment).bindOrCreate("weir.edge", EdgeSettings.class);
    }
}
