package io.weir.admin.payment;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Payments by Stripe Checkout; none, without a key.
///
/// @param secretKey of Stripe's API; one restricted to writing Checkout Sessions is enough
/// @param webhookSecret under which Stripe signs what it tells of checkouts
/// @param successUrl where a payer is sent afterwards
/// @param cancelUrl where one who turns back is sent; empty, there is no way back
/// @param apiBase where Stripe's API is
/// @param timeout how long one of its answers is waited for
@ConfigurationProperties("weir.payment.stripe")
record StripeSettings(
        String secretKey,
        String webhookSecret,
        String successUrl,
        String cancelUrl,
        String apiBase,
        Duration timeout) {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    StripeSettings {
        if (secretKey.isEmpty() != webhookSecret.isEmpty()
                || secretKey.isEmpty() != successUrl.isEmpty()) {
            throw wrong("secret-key, webhook-secret and success-url are needed together");
        }
        if (!secretKey.isEmpty() && !secretKey.startsWith("sk_") && !secretKey.startsWith("rk_")) {
            throw wrong("secret-key is none of Stripe's: sk_... or rk_...");
        }
        if (!webhookSecret.isEmpty() && !webhookSecret.startsWith("whsec_")) {
            throw wrong("webhook-secret is none of Stripe's: whsec_...");
        }
        requireSafe("success-url", successUrl);
        requireSafe("cancel-url", cancelUrl);
        requireSafe("api-base", apiBase);
        if (!timeout.isPositive()) {
            throw wrong("timeout must be more than 0");
        }
    }

    /// Stripe fills in what stands in braces, which no URI has.
    private static void requireSafe(String setting, String uri) {
        URI place = URI.create(uri.replaceAll("[{}]", ""));
        boolean here = LOOPBACK.contains(String.valueOf(place.getHost()));
        boolean safe =
                "https".equals(place.getScheme()) || ("http".equals(place.getScheme()) && here);
        if (!safe && !uri.isEmpty()) {
            throw wrong(setting + " must be https, or http on this machine");
        }
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("weir.payment.stripe: " + what);
    }

    boolean isOn() {
        return !secretKey.isEmpty();
    }

    /// Records print their components, and these are secrets.
    @Override
    public String toString() {
        return "StripeSettings[isOn=" + isOn() + "]";
    }
}
