package io.weir.admin.payment;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Nobody takes money here.
record NoProvider() implements PaymentProvider {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Mono<Opening> open(Payment payment) {
        return Mono.just(new Opening.Off());
    }

    @Override
    public Notice read(byte[] body, @Nullable String signature) {
        return new Notice.Off();
    }
}
