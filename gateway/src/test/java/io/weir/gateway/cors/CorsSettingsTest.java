package io.weir.gateway.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsSettingsTest {

    @Test
    void originsAreTakenAsBrowsersSendThem() {
        var settings = of("https://app.example.com", " http://localhost:3000", "");

        assertThat(settings.corsOrigins())
                .containsExactly("https://app.example.com", "http://localhost:3000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "https://app.example.com/",
                "https://app.example.com/path",
                "https://user@app.example.com",
                "https://*.example.com",
                "null",
                "https://a b",
            })
    void whatIsNoOriginIsRefusedByName(String origin) {
        assertThatThrownBy(() -> of(origin))
                .hasMessageContaining("WEIR_CORS_ORIGINS")
                .hasMessageContaining(origin);
    }

    private static CorsSettings of(String... origins) {
        return new CorsSettings(List.of(origins), Duration.ofMinutes(10));
    }
}
