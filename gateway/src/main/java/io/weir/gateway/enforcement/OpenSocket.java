package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.identity.Identified;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.Reservation;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.Optional;
import org.reactivestreams.Subscription;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/// One WebSocket connection while it is open.
///
/// The connection is one request, which holds its slot until the end. Each message of the caller is
/// one more of the same price, held to all limits but those of requests at the same time; what the
/// upstream sends costs nothing. The first message that is refused ends the connection, and so does
/// a key that is not accepted any more, within a second.
final class OpenSocket {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final WebSocketSession session;
    private final Admitting admitting;
    private final Mono<Identified> caller;
    private final Admission admission;
    private final Bookkeeping books;
    private final Scheduler timer;
    private final Usage each;
    private final Sinks.Empty<Void> cut = Sinks.empty();
    private volatile boolean over;

    /// @param caller whose secret it is, each time it is asked
    OpenSocket(
            WebSocketSession session,
            Admitting admitting,
            Mono<Identified> caller,
            Admission admission,
            Bookkeeping books,
            Scheduler timer) {
        this.session = session;
        this.admitting = admitting;
        this.caller = caller;
        this.admission = admission;
        this.books = books;
        this.timer = timer;
        this.each = admitting.reservation().reserved();
    }

    /// Until the connection has ended, and is settled.
    Mono<Void> handled(WebSocketHandler handler) {
        admitting.hold();
        return Mono.defer(() -> handler.handle(new MeteredSession(session, this)))
                .contextWrite(context -> Forwarding.of(admitting.reservation(), context))
                .takeUntilOther(cut.asMono())
                .takeUntilOther(looking())
                .doFinally(this::ended);
    }

    private void ended(SignalType signal) {
        admitting.endHeld(
                switch (signal) {
                    case ON_ERROR -> Outcome.FAILED;
                    case CANCEL -> Outcome.CANCELED;
                    default -> Outcome.SERVED;
                });
    }

    /// Looks every so often whether the key is still accepted. An error would end the connection.
    private Flux<Long> looking() {
        return Flux.interval(LOOK, timer)
                .onBackpressureDrop()
                .concatMap(_ -> caller.doOnNext(this::look).then(Mono.<Long>empty()));
    }

    private void look(Identified now) {
        admitting.touch(System.nanoTime());
        switch (now) {
            case Identified.Known(Caller known) -> {
                Optional<Barred> barred = admission.barred(known.path());
                barred.ifPresent(_ -> end(CloseStatus.POLICY_VIOLATION, "not accepted any more"));
            }
            case Identified.Unknown() -> end(CloseStatus.POLICY_VIOLATION, "not accepted any more");
            case Identified.TooMany _, Identified.StoreAway _ -> {}
        }
    }

    /// What the caller sends, as far as it is admitted.
    ///
    /// A message belongs to the connection, which takes it back once it has passed: it is kept here
    /// until whoever is next has had it.
    Flux<WebSocketMessage> admitted(Flux<WebSocketMessage> messages) {
        return messages.doOnNext(WebSocketMessage::retain)
                .flatMap(this::admit, 1, 1)
                .transform(
                        Operators.<WebSocketMessage, WebSocketMessage>lift(
                                (_, next) -> new Releasing(next)))
                .doOnDiscard(WebSocketMessage.class, WebSocketMessage::release);
    }

    /// Lets go of each message once the next has had it.
    private record Releasing(CoreSubscriber<? super WebSocketMessage> next)
            implements CoreSubscriber<WebSocketMessage> {

        @Override
        public Context currentContext() {
            return next.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            next.onSubscribe(subscription);
        }

        @Override
        public void onNext(WebSocketMessage message) {
            try {
                next.onNext(message);
            } finally {
                message.release();
            }
        }

        @Override
        public void onError(Throwable failure) {
            next.onError(failure);
        }

        @Override
        public void onComplete() {
            next.onComplete();
        }
    }

    private Mono<WebSocketMessage> admit(WebSocketMessage message) {
        if (over) {
            message.release();
            return Mono.empty();
        }
        admitting.touch(System.nanoTime());
        return isMessage(message)
                ? admission
                        .admitMessage(admitting.path(), each)
                        .flatMap(decision -> decided(decision, message))
                : Mono.just(message);
    }

    /// Rather than one that keeps a connection alive.
    private static boolean isMessage(WebSocketMessage message) {
        return switch (message.getType()) {
            case TEXT, BINARY -> true;
            case PING, PONG -> false;
        };
    }

    private Mono<WebSocketMessage> decided(AdmissionDecision decision, WebSocketMessage message) {
        return switch (decision) {
            case Admitted(Reservation reservation, _) -> used(reservation, message);
            case Unmetered(Reservation reservation, _) -> used(reservation, message);
            case Rejected rejected ->
                    refuse(message, Refusal.rejected(rejected), CloseStatus.SERVICE_OVERLOAD);
            case Barred barred ->
                    refuse(message, Refusal.barred(barred), CloseStatus.POLICY_VIOLATION);
            case StoreAway away ->
                    refuse(message, Refusal.storeAway(away), CloseStatus.SERVICE_OVERLOAD);
        };
    }

    private Mono<WebSocketMessage> used(Reservation reservation, WebSocketMessage message) {
        reservation.forwarded();
        reservation.settle(each);
        books.message(admitting, each, Outcome.SERVED);
        return Mono.just(message);
    }

    private Mono<WebSocketMessage> refuse(
            WebSocketMessage message, Refusal refusal, CloseStatus status) {
        message.release();
        books.message(admitting, Usage.ONE_REQUEST, Outcome.REFUSED);
        end(status, refusal.kind().title());
        return Mono.empty();
    }

    /// Tells the caller why, and lets go of both sides.
    private void end(CloseStatus status, String reason) {
        over = true;
        session.close(status.withReason(reason))
                .onErrorComplete()
                .subscribe(_ -> {}, _ -> {}, cut::tryEmitEmpty);
    }

    /// The upstream is alive.
    void touch() {
        admitting.touch(System.nanoTime());
    }
}
