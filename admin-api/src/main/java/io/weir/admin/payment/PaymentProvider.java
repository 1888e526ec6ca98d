package io.weir.admin.payment;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Whoever takes the money.
sealed interface PaymentProvider permits StripeCheckout, NoProvider {

    /// As it stands with each checkout.
    String name();

    /// Opens a checkout. The same payment again is the same checkout.
    Mono<Opening> open(Payment payment);

    /// What a call that claims to be the provider's says.
    ///
    /// @param body as it came, since its signature is over its bytes
    Notice read(byte[] body, @Nullable String signature);
}
