package io.weir.admin.payment;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.AdaptivePricing;
import com.stripe.param.checkout.SessionCreateParams.LineItem;
import com.stripe.param.checkout.SessionCreateParams.LineItem.PriceData;
import com.stripe.param.checkout.SessionCreateParams.LineItem.PriceData.ProductData;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.SubjectKind;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Stripe Checkout, by Stripe's own client.
final class StripeCheckout implements PaymentProvider, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StripeCheckout.class);

    /// Each holds a connection to the database while it waits.
    private static final int AT_ONCE = 4;

    private static final int WAITING_EACH = 1;
    private static final String PRODUCT = "Top-up";
    private static final Set<String> OUT_OF_RANGE = Set.of("amount_too_small", "amount_too_large");

    private final StripeSettings settings;
    private final StripeEvents events;
    private final StripeClient client;
    private final Scheduler threads =
            Schedulers.newBoundedElastic(AT_ONCE, WAITING_EACH, "stripe", 60, true);

    StripeCheckout(StripeSettings settings, Clock clock) {
        this.settings = settings;
        this.events = new StripeEvents(settings.webhookSecret(), clock);
        this.client =
                StripeClient.builder()
                        .setApiKey(settings.secretKey())
                        .setApiBase(settings.apiBase())
                        .setHttpClient(new StripeTransport(settings.timeout()))
                        .setMaxNetworkRetries(0)
                        .build();
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public Mono<Opening> open(Payment payment) {
        var units = MinorUnits.of(payment.currency());
        OptionalLong charged = units.of(payment.amount());
        if (charged.isEmpty()) {
            return Mono.just(new Opening.Uneven(units.least()));
        }
        return Mono.fromCallable(() -> create(payment, charged.getAsLong()))
                .subscribeOn(threads)
                .timeout(settings.timeout())
                .onErrorResume(TimeoutException.class, _ -> away("no answer in time"))
                .onErrorResume(RejectedExecutionException.class, _ -> away("too many wait for it"))
                .doOnNext(StripeCheckout::tell);
    }

    private static Mono<Opening> away(String why) {
        return Mono.just(new Opening.Unavailable(why));
    }

    /// Fails with nothing: when it is over, nobody may wait for it any more.
    private Opening create(Payment payment, long charged) {
        var once = RequestOptions.builder().setIdempotencyKey("weir-" + payment.once()).build();
        try {
            var sessions = client.v1().checkout().sessions();
            return opening(sessions.create(parameters(payment, charged), once), payment, charged);
        } catch (StripeException failed) {
            return outcome(failed);
        }
    }

    private static Opening opening(Session session, Payment payment, long charged) {
        boolean asked =
                Objects.equals(session.getAmountTotal(), charged)
                        && payment.currency().equalsIgnoreCase(session.getCurrency());
        if (!asked || session.getUrl() == null || session.getExpiresAt() == null) {
            return new Opening.Unavailable("an answer to something else");
        }
        return new Opening.Opened(
                session.getId(),
                session.getUrl(),
                charged,
                Instant.ofEpochSecond(session.getExpiresAt()));
    }

    /// Without the local prices that Stripe offers payers by itself: what is paid is what was asked
    /// for.
    private SessionCreateParams parameters(Payment payment, long charged) {
        String reseller = Ids.text(SubjectKind.RESELLER, payment.reseller());
        var price =
                PriceData.builder()
                        .setCurrency(payment.currency().toLowerCase(Locale.ROOT))
                        .setUnitAmount(charged)
                        .setProductData(ProductData.builder().setName(PRODUCT).build())
                        .build();
        var parameters =
                SessionCreateParams.builder()
                        .setMode(SessionCreateParams.Mode.PAYMENT)
                        .addLineItem(LineItem.builder().setQuantity(1L).setPriceData(price).build())
                        .setAdaptivePricing(AdaptivePricing.builder().setEnabled(false).build())
                        .setClientReferenceId(reseller)
                        .setSuccessUrl(settings.successUrl());
        if (!settings.cancelUrl().isEmpty()) {
            parameters.setCancelUrl(settings.cancelUrl());
        }
        return parameters.build();
    }

    /// Without Stripe's messages, which may repeat what it was sent.
    private static Opening outcome(StripeException failed) {
        int status = Objects.requireNonNullElse(failed.getStatusCode(), 0);
        String at = failed instanceof InvalidRequestException wrong ? wrong.getParam() : null;
        String why =
                "%s, status %d, code %s, parameter %s, request %s"
                        .formatted(
                                failed.getClass().getSimpleName(),
                                status,
                                failed.getCode(),
                                at,
                                failed.getRequestId());
        if (status < 400 || status >= 500 || status == 409 || status == 429) {
            return new Opening.Unavailable(why);
        }
        if (OUT_OF_RANGE.contains(String.valueOf(failed.getCode())) || isAbout(at, "unit_amount")) {
            return new Opening.OutOfRange();
        }
        return isAbout(at, "currency") ? new Opening.UnknownCurrency() : new Opening.Refused(why);
    }

    private static boolean isAbout(@Nullable String parameter, String name) {
        return parameter != null && parameter.endsWith("[" + name + "]");
    }

    private static void tell(Opening opening) {
        switch (opening) {
            case Opening.Refused(String why) -> log.error("Stripe refused a checkout: {}", why);
            case Opening.Unavailable(String why) ->
                    log.warn("Stripe did not open a checkout: {}", why);
            default -> {}
        }
    }

    @Override
    public Notice read(byte[] body, @Nullable String signature) {
        return events.read(body, signature);
    }

    @Override
    public void close() {
        threads.dispose();
    }
}
