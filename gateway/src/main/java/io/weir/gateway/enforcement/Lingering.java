package io.weir.gateway.enforcement;

import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// The body of an answer, which is read on to its end when nobody wants it any more: what it took
/// is told at its end. How long that may take is the [AnswerFlow]'s to say.
final class Lingering extends FluxOperator<DataBuffer, DataBuffer> {

    private final AnswerFlow flow;

    Lingering(Flux<DataBuffer> body, AnswerFlow flow) {
        super(body);
        this.flow = flow;
    }

    @Override
    public void subscribe(CoreSubscriber<? super DataBuffer> caller) {
        var reading = new Reading(caller, flow);
        flow.reads(reading);
        source.subscribe(reading);
    }

    static final class Reading implements CoreSubscriber<DataBuffer>, Subscription {

        private final CoreSubscriber<? super DataBuffer> caller;
        private final AnswerFlow flow;
        private Subscription body = Operators.emptySubscription();
        private volatile boolean left;

        private Reading(CoreSubscriber<? super DataBuffer> caller, AnswerFlow flow) {
            this.caller = caller;
            this.flow = flow;
        }

        @Override
        public Context currentContext() {
            return caller.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            body = subscription;
            caller.onSubscribe(this);
        }

        @Override
        public void onNext(DataBuffer buffer) {
            if (left) {
                DataBufferUtils.release(buffer);
            } else {
                caller.onNext(buffer);
            }
        }

        @Override
        public void onError(Throwable failure) {
            flow.ended();
            if (left) {
                return;
            }
            caller.onError(failure);
        }

        @Override
        public void onComplete() {
            flow.ended();
            if (!left) {
                caller.onComplete();
            }
        }

        @Override
        public void request(long buffers) {
            if (!left) {
                body.request(buffers);
            }
        }

        /// The caller has gone, or has had enough.
        @Override
        public void cancel() {
            if (flow.isCut()) {
                stop();
            } else if (!left) {
                left = true;
                flow.left();
                body.request(Long.MAX_VALUE);
            }
        }

        /// It took too long.
        void stop() {
            body.cancel();
            flow.ended();
        }
    }
}
