package io.weir.gateway.routing;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/// What a question has for an answer at once, without waiting for it.
final class Answer implements CoreSubscriber<Boolean> {

    private final Context context;
    private @Nullable Subscription subscription;
    private Now now = Now.LATER;

    enum Now {
        YES,
        NO,
        /// or it failed: who asks again will see how
        LATER
    }

    private Answer(Context context) {
        this.context = context;
    }

    static Now of(Publisher<Boolean> question, Context context) {
        if (question instanceof Callable<?> known) {
            return value(known);
        }
        var answer = new Answer(context);
        question.subscribe(answer);
        return answer.now();
    }

    private static Now value(Callable<?> known) {
        try {
            return Boolean.TRUE.equals(known.call()) ? Now.YES : Now.NO;
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private synchronized Now now() {
        if (now == Now.LATER && subscription != null) {
            subscription.cancel();
        }
        return now;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(Boolean yes) {
        now = yes ? Now.YES : Now.NO;
    }

    @Override
    public void onError(Throwable failure) {
        // whoever asks again is told
    }

    /// None is no, as in the host.
    @Override
    public synchronized void onComplete() {
        if (now == Now.LATER) {
            now = Now.NO;
        }
    }
}
