package io.weir.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestrictionsTest {

    @Test
    void whereNothingIsStatedAllIsAllowed() {
        var none = Restrictions.of(List.of(), List.of(), List.of());

        assertThat(none).isSameAs(Restrictions.NONE);
        assertThat(none.allowRoute("any")).isTrue();
        assertThat(none.allowModel("any")).isTrue();
        assertThat(none.allowAddress(null)).isTrue();
    }

    @Test
    void aRouteIsAllowedByItsWholeName() {
        var two = Restrictions.of(List.of("openai", "data"), List.of(), List.of());

        assertThat(two.allowRoute("data")).isTrue();
        assertThat(two.allowRoute("dat")).isFalse();
        assertThat(two.allowRoute("Data")).isFalse();
        assertThat(two.allowModel("any")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o,      true", "gpt-4o-mini, false", "GPT-4o,  false", "'gpt-4o ', false",
        "claude-,     true", "claude-3,    true", "claude,   false", "xclaude-3, false",
        "*,           false", "claude-*,   true", "'',       false"
    })
    void aModelIsAllowedByItsNameOrItsBeginning(String model, boolean allowed) {
        var some = Restrictions.of(List.of(), List.of("gpt-4o", "claude-*"), List.of());

        assertThat(some.allowModel(model)).isEqualTo(allowed);
    }

    @Test
    void aStarAloneStandsForEveryModel() {
        assertThat(Restrictions.of(List.of(), List.of("*"), List.of()).allowModel("any")).isTrue();
    }

    @Test
    void anAddressIsAllowedByAnyRangeAndAnUnknownOneByNone() {
        var ranges =
                List.of(
                        AddressRange.parse("10.0.0.0/8").orElseThrow(),
                        AddressRange.parse("::1").orElseThrow());
        var some = Restrictions.of(List.of(), List.of(), ranges);

        assertThat(some.allowAddress(InetAddress.ofLiteral("10.9.9.9"))).isTrue();
        assertThat(some.allowAddress(InetAddress.ofLiteral("::1"))).isTrue();
        assertThat(some.allowAddress(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
        assertThat(some.allowAddress(null)).isFalse();
    }
}
