package io.weir.admin.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripeSettingsTest {

    private static final String HTTPS = "https://shop.example/paid?session={CHECKOUT_SESSION_ID}";

    @Test
    void withoutAnyOfItPaymentsAreOff() {
        assertThat(settings("", "", "", HTTPS).isOn()).isFalse();
        assertThat(settings("rk_live_x", "whsec_x", HTTPS, "http://127.0.0.1:1").isOn()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "sk_test_x, '', https://shop.example, https://api.stripe.com",
        "sk_test_x, whsec_x, '', https://api.stripe.com",
        "'', whsec_x, '', https://api.stripe.com",
        "pk_test_x, whsec_x, https://shop.example, https://api.stripe.com",
        "sk_test_x, sk_test_x, https://shop.example, https://api.stripe.com",
        "sk_test_x, whsec_x, http://shop.example, https://api.stripe.com",
        "sk_test_x, whsec_x, shop.example, https://api.stripe.com",
        "sk_test_x, whsec_x, https://shop.example, http://api.stripe.com",
        "sk_test_x, whsec_x, https://shop.example, ftp://127.0.0.1"
    })
    void whatIsMissingOrUnsafeIsToldAndNoSecretIs(
            String key, String webhook, String successUrl, String apiBase) {
        assertThatThrownBy(() -> settings(key, webhook, successUrl, apiBase))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("weir.payment.stripe: ")
                .satisfies(
                        wrong ->
                                assertThat(wrong.getMessage())
                                        .doesNotContain("_test_x", "whsec_x"));
    }

    @Test
    void itsTextShowsNoSecret() {
        assertThat(settings("sk_live_x", "whsec_x", HTTPS, HTTPS).toString())
                .doesNotContain("sk_live_x", "whsec_x");
    }

    private static StripeSettings settings(
            String key, String webhook, String successUrl, String apiBase) {
        return new StripeSettings(key, webhook, successUrl, "", apiBase, Duration.ofSeconds(5));
    }
}
