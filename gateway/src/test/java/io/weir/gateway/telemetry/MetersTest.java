package io.weir.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import java.util.Collection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetersTest {

    private static final Tokens EACH = new Tokens(1, 2, 4, 8, 16, 32, 64, 128);
    private static final Tokens WRITTEN = new Tokens(0, 0, 0, 0, 7, 0, 0, 0);

    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Meters meters = new Meters(registry);

    @Test
    void tokensAreCountedByModelClassAndSource() {
        meters.tokens("gpt", EACH, false);
        meters.tokens("gpt", EACH, false);
        meters.tokens("gpt", WRITTEN, true);
        meters.tokens("claude", WRITTEN, false);

        for (TokenClass each : TokenClass.values()) {
            assertThat(count("gpt", each.word(), "reported")).isEqualTo(2.0 * EACH.of(each));
        }
        assertThat(count("gpt", "output", "estimated")).isEqualTo(7);
        assertThat(count("claude", "output", "reported")).isEqualTo(7);
        assertThat(registry.scrape())
                .contains(
                        "weir_tokens_total{class=\"cache_write_5m\",model=\"gpt\",source=\"reported\"} 8.0");
    }

    @Test
    void aClassThatNeverOccurredHasNoSeries() {
        meters.tokens("gpt", WRITTEN, false);
        meters.tokens("claude", Tokens.NONE, false);

        assertThat(series()).hasSize(1);
    }

    @Test
    void modelsBeyondTheMostAreOthers() {
        IntStream.range(0, TokenMeters.MOST_MODELS + 50)
                .forEach(i -> meters.tokens("model-" + i, WRITTEN, false));
        meters.tokens("model-0", WRITTEN, false);
        meters.tokens("other", WRITTEN, false);
        meters.tokens("", WRITTEN, false);

        assertThat(series()).hasSize(TokenMeters.MOST_MODELS + 1);
        assertThat(count("model-0", "output", "reported")).isEqualTo(14);
        assertThat(count("other", "output", "reported")).isEqualTo(7 * (50 + 2));
    }

    @Test
    void whoNamesManyModelsAtOnceGetsNoMoreSeries() {
        IntStream.range(0, 10 * TokenMeters.MOST_MODELS)
                .parallel()
                .forEach(i -> meters.tokens("model-" + i, WRITTEN, false));

        assertThat(series()).hasSize(TokenMeters.MOST_MODELS + 1);
        assertThat(series().stream().mapToDouble(Counter::count).sum())
                .isEqualTo(7.0 * 10 * TokenMeters.MOST_MODELS);
    }

    private double count(String model, String tokenClass, String source) {
        return registry.get("weir.tokens")
                .tags("model", model, "class", tokenClass, "source", source)
                .counter()
                .count();
    }

    private Collection<Counter> series() {
        return registry.get("weir.tokens").counters();
    }
}
