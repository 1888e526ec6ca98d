package io.weir.admin.payment;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Stripe tells of checkouts. Whatever does not carry its signature, made within the last
/// minutes, is refused unread.
final class StripeEvents {

    private static final Logger log = LoggerFactory.getLogger(StripeEvents.class);
    private static final long TOLERANCE_SECONDS = 300;
    private static final String SESSION = "checkout.session.";

    private final String secret;
    private final Clock clock;

    StripeEvents(String secret, Clock clock) {
        this.secret = secret;
        this.clock = clock;
    }

    Notice read(byte[] body, @Nullable String signature) {
        String payload = new String(body, StandardCharsets.UTF_8);
        if (signature == null || !isSigned(payload, signature)) {
            return new Notice.Refused();
        }
        try {
            return notice(JsonMapper.shared().readTree(payload));
        } catch (JacksonException unreadable) {
            log.error("Stripe signed what is not JSON");
            return new Notice.Refused();
        }
    }

    /// Whatever is wrong with it is not worth a line in the log: anybody may send it.
    private boolean isSigned(String payload, String signature) {
        try {
            return Webhook.Signature.verifyHeader(
                    payload, signature, secret, TOLERANCE_SECONDS, clock);
        } catch (SignatureVerificationException | IllegalArgumentException refused) {
            return false;
        }
    }

    /// Few members are read, which are the same in all versions of Stripe's API: the account may be
    /// set to another one than this client knows.
    private static Notice notice(JsonNode event) {
        String type = event.path("type").asString("");
        if (!type.startsWith(SESSION)) {
            return new Notice.Ignored();
        }
        JsonNode session = event.path("data").path("object");
        String id = session.path("id").asString("");
        return switch (type.substring(SESSION.length())) {
            case "completed" -> completed(id, session);
            case "async_payment_succeeded" -> paid(id, session);
            case "async_payment_failed" -> new Notice.Moved(id, Status.FAILED);
            case "expired" -> new Notice.Moved(id, Status.EXPIRED);
            default -> new Notice.Ignored();
        };
    }

    private static Notice completed(String id, JsonNode session) {
        return switch (session.path("payment_status").asString("")) {
            case "paid" -> paid(id, session);
            case "unpaid" -> new Notice.Moved(id, Status.PROCESSING);
            default -> new Notice.Ignored();
        };
    }

    /// An amount that is missing is none that was asked for.
    private static Notice paid(String id, JsonNode session) {
        return new Notice.Paid(
                id,
                session.path("amount_total").asLong(0),
                session.path("currency").asString("").toUpperCase(Locale.ROOT));
    }
}
