package io.weir.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/// Stripe's HTTP API on this machine, as far as Checkout Sessions are created by it, and the calls
/// that Stripe makes.
final class StripeStandIn implements AutoCloseable {

    static final String SECRET_KEY = "sk_test_51weirStandInSecret";
    static final String WEBHOOK_SECRET = "whsec_weirStandInWebhookSecret";
    static final String SUCCESS_URL = "https://shop.example/paid?session={CHECKOUT_SESSION_ID}";

    /// How it answers from now on.
    enum Mood {
        KIND,
        HANGING,
        TRICKLING,
        CHARGING_MORE,
        TOO_LITTLE,
        NOT_THAT_CURRENCY,
        UNAUTHORIZED,
        BUSY,
        BROKEN
    }

    /// What was asked for by one call.
    record Call(String idempotencyKey, Map<String, String> form) {}

    private record Session(String id, Map<String, String> form) {}

    private final DisposableServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private volatile Mood mood = Mood.KIND;

    StripeStandIn() {
        server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .route(routes -> routes.post("/v1/checkout/sessions", this::create))
                        .bindNow(Duration.ofSeconds(10));
    }

    /// An admin API with these has its payments made here.
    Map<String, String> settings() {
        return Map.of(
                "weir.access.admin-token",
                Running.TOKEN,
                "weir.payment.stripe.secret-key",
                SECRET_KEY,
                "weir.payment.stripe.webhook-secret",
                WEBHOOK_SECRET,
                "weir.payment.stripe.success-url",
                SUCCESS_URL,
                "weir.payment.stripe.cancel-url",
                "https://shop.example/",
                "weir.payment.stripe.api-base",
                "http://127.0.0.1:" + server.port());
    }

    void be(Mood given) {
        mood = given;
    }

    /// All that were made so far for a reseller.
    List<Call> calls(String reseller) {
        return calls.stream()
                .filter(call -> reseller.equals(call.form().get("client_reference_id")))
                .toList();
    }

    private Publisher<Void> create(HttpServerRequest request, HttpServerResponse answer) {
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .flatMap(body -> Mono.from(create(request, body, answer)));
    }

    private Publisher<Void> create(
            HttpServerRequest request, String body, HttpServerResponse answer) {
        var form = new LinkedHashMap<String, String>();
        new QueryStringDecoder(body, false)
                .parameters()
                .forEach((name, values) -> form.put(name, values.getFirst()));
        String key = request.requestHeaders().get("Idempotency-Key", "");
        calls.add(new Call(key, form));
        if (!("Bearer " + SECRET_KEY).equals(request.requestHeaders().get("Authorization"))
                || key.isEmpty()) {
            return error(answer, 401, "invalid_request_error", "", "");
        }
        return switch (mood) {
            case KIND -> found(answer, key, form, 0);
            case CHARGING_MORE -> found(answer, key, form, 1);
            case HANGING -> Mono.never();
            case TRICKLING ->
                    answer.header("Content-Length", "100000")
                            .sendString(
                                    Flux.interval(Duration.ofMillis(50))
                                            .onBackpressureDrop()
                                            .map(_ -> " "));
            case TOO_LITTLE -> error(answer, 400, "invalid_request_error", "amount_too_small", "");
            case NOT_THAT_CURRENCY ->
                    error(
                            answer,
                            400,
                            "invalid_request_error",
                            "",
                            "line_items[0][price_data][currency]");
            case UNAUTHORIZED -> error(answer, 401, "invalid_request_error", "", "");
            case BUSY -> error(answer, 429, "invalid_request_error", "rate_limit", "");
            case BROKEN -> error(answer, 500, "api_error", "", "");
        };
    }

    /// The same key is the same session; with something else, it is a mistake.
    private Publisher<Void> found(
            HttpServerResponse answer, String key, Map<String, String> form, long more) {
        Session session =
                sessions.computeIfAbsent(
                        key, _ -> new Session("cs_test_" + UUID.randomUUID(), form));
        if (!session.form().equals(form)) {
            return error(answer, 400, "idempotency_error", "", "");
        }
        long amount = Long.parseLong(form.get("line_items[0][price_data][unit_amount]")) + more;
        var shown = session(session.id(), amount, form.get("line_items[0][price_data][currency]"));
        shown.put("url", "https://checkout.stripe.com/c/pay/" + session.id());
        shown.put("expires_at", Instant.now().getEpochSecond() + 86_400);
        shown.put("payment_status", "unpaid");
        shown.put("status", "open");
        return json(answer, 200, shown);
    }

    private static Publisher<Void> error(
            HttpServerResponse answer, int status, String type, String code, String parameter) {
        var error = new HashMap<String, Object>(Map.of("type", type, "message", SECRET_KEY));
        if (!code.isEmpty()) {
            error.put("code", code);
        }
        if (!parameter.isEmpty()) {
            error.put("param", parameter);
        }
        return json(answer, status, Map.of("error", error));
    }

    private static Publisher<Void> json(HttpServerResponse answer, int status, Object body) {
        return answer.status(status)
                .header("Content-Type", "application/json")
                .sendString(Mono.just(JsonMapper.shared().writeValueAsString(body)));
    }

    private static Map<String, Object> session(String id, long amount, @Nullable String currency) {
        var session = new HashMap<String, Object>();
        session.put("id", id);
        session.put("object", "checkout.session");
        session.put("amount_total", amount);
        session.put("currency", currency);
        return session;
    }

    /// The session of the last call for a reseller.
    String session(String reseller) {
        String key = calls(reseller).getLast().idempotencyKey();
        return Objects.requireNonNull(sessions.get(key)).id();
    }

    /// What Stripe tells of a session.
    static String event(
            String type, String session, long amount, String currency, String paymentStatus) {
        var object = session(session, amount, currency);
        object.put("payment_status", paymentStatus);
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of(
                                "id",
                                "evt_" + session,
                                "object",
                                "event",
                                "api_version",
                                "2020-08-27",
                                "type",
                                type,
                                "data",
                                Map.of("object", object)));
    }

    static String completed(String session, long amount, String currency) {
        return event("checkout.session.completed", session, amount, currency, "paid");
    }

    static String signature(String body) {
        return signature(body, WEBHOOK_SECRET, Instant.now());
    }

    static String signature(String body, String secret, Instant at) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String signed = at.getEpochSecond() + "." + body;
            byte[] hash = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return "t=%d,v1=%s".formatted(at.getEpochSecond(), HexFormat.of().formatHex(hash));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
