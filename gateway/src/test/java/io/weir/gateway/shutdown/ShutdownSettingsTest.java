package io.weir.gateway.shutdown;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShutdownSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "PT-1S, PT5S, WEIR_DRAIN_DELAY",
        "PT6S, PT5S, WEIR_DRAIN_DELAY",
        "PT0S, PT0S, WEIR_DRAIN_TIME"
    })
    void whatMakesNoSenseIsRefusedByName(Duration delay, Duration time, String name) {
        assertThatThrownBy(() -> new ShutdownSettings(delay, time)).hasMessageContaining(name);
    }
}
