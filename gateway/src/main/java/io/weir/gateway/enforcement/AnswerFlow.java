package io.weir.gateway.enforcement;

import io.weir.gateway.metering.ModelBill;
import io.weir.gateway.tokens.UnaskedUsage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/// The answer of a language model on its way to the caller:
///
/// ```
/// upstream -> read -> linger -> hide -> grant -> caller
/// ```
///
/// Each buffer is read where it is, and passed on as it came; only where something has to be hidden
/// or a stream may have to be ended are whole events put together. A caller that leaves is left
/// alone, and the rest is read for a while, to know what was used.
final class AnswerFlow {

    /// How long an answer is read on that nobody waits for.
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Admitting admitting;
    private final ModelBill bill;
    private final Granting granting;
    private final DataBufferFactory buffers;
    private final Scheduler timer;
    private final Sinks.Empty<Void> ended = Sinks.empty();

    private Lingering.@Nullable Reading reading;
    private volatile boolean left;

    AnswerFlow(
            Admitting admitting,
            ModelBill bill,
            Granting granting,
            DataBufferFactory buffers,
            Scheduler timer) {
        this.admitting = admitting;
        this.bill = bill;
        this.granting = granting;
        this.buffers = buffers;
        this.timer = timer;
    }

    /// An exchange that goes on for a while after its caller has left.
    Mono<Void> goingOn(Mono<Void> exchange) {
        return Mono.create(
                caller -> {
                    Disposable running =
                            exchange.contextWrite(caller.contextView())
                                    .subscribe(
                                            _ -> {},
                                            failure -> failed(failure, caller),
                                            caller::success);
                    caller.onCancel(() -> leave(running));
                });
    }

    private void failed(Throwable failure, MonoSink<Void> caller) {
        if (!left) {
            caller.error(failure);
        }
    }

    private void leave(Disposable running) {
        leave();
        drained().subscribe(_ -> {}, _ -> {}, running::dispose);
    }

    /// @param isStream whether it consists of events
    Flux<DataBuffer> through(Flux<DataBuffer> body, boolean isStream) {
        if (left) {
            return body.doOnNext(this::read)
                    .doOnNext(DataBufferUtils::release)
                    .filter(_ -> false)
                    .doFinally(_ -> ended());
        }
        Flux<DataBuffer> read = new Lingering(body.doOnNext(this::read), this);
        return (isStream ? events(read) : read)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    /// Whether a stream may get other bytes than the upstream sent.
    boolean changesEvents() {
        return bill.cost().call().hides() || granting.isInSteps();
    }

    private Flux<DataBuffer> events(Flux<DataBuffer> read) {
        if (!changesEvents()) {
            return read;
        }
        var events = new UnaskedUsage(bill.cost().call().hides());
        Flux<DataBuffer> whole =
                read.<DataBuffer>handle((buffer, sink) -> shown(buffer, events, sink))
                        .concatWith(Mono.fromSupplier(events::end).mapNotNull(this::wrapped));
        return granting.isInSteps()
                ? whole.flatMap(this::granted, 1, 1)
                        .map(this::orEnd)
                        .takeUntil(_ -> granting.isRefused())
                : whole;
    }

    private void read(DataBuffer buffer) {
        admitting.touch(System.nanoTime());
        try (var parts = buffer.readableByteBuffers()) {
            while (parts.hasNext()) {
                bill.read(parts.next());
            }
        }
    }

    private void shown(DataBuffer buffer, UnaskedUsage events, SynchronousSink<DataBuffer> sink) {
        try (var parts = buffer.readableByteBuffers()) {
            DataBuffer all = null;
            while (parts.hasNext()) {
                DataBuffer part = wrapped(events.filter(parts.next()));
                all = all == null ? part : part == null ? all : all.write(part);
            }
            if (all != null) {
                sink.next(all);
            }
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    private @Nullable DataBuffer wrapped(ByteBuffer bytes) {
        return bytes.hasRemaining() ? buffers.wrap(bytes) : null;
    }

    /// A buffer, once it is known whether there is enough for it. Not by `concatMap`, see
    /// [ModelResponse].
    private Mono<DataBuffer> granted(DataBuffer buffer) {
        long written = bill.written();
        Mono<DataBuffer> kept = Mono.just(buffer);
        return granting.isEnough(written) ? kept : kept.delayUntil(_ -> granting.grow(written));
    }

    /// A buffer, or in its place the event that ends the stream.
    private DataBuffer orEnd(DataBuffer buffer) {
        byte[] end = granting.end();
        if (end == null) {
            return buffer;
        }
        DataBufferUtils.release(buffer);
        return buffers.wrap(end);
    }

    void reads(Lingering.Reading answer) {
        reading = answer;
    }

    /// Whether the stream was ended from here.
    boolean isCut() {
        return granting.isRefused();
    }

    boolean isLeft() {
        return left;
    }

    /// The caller has left, perhaps before an answer began.
    private void leave() {
        if (reading == null) {
            left();
        } else {
            reading.cancel();
        }
    }

    void left() {
        if (!left) {
            left = true;
            admitting.left();
            timer.schedule(this::giveUp, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /// Completes once the rest was read, or for too long.
    Mono<Void> drained() {
        return ended.asMono();
    }

    void ended() {
        ended.tryEmitEmpty();
    }

    private void giveUp() {
        Optional.ofNullable(reading).ifPresent(Lingering.Reading::stop);
        ended();
    }
}
