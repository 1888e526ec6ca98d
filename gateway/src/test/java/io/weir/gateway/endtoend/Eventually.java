package io.weir.gateway.endtoend;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what is going to happen, by looking again and again until a deadline.
final class Eventually {

    private static final Duration PAUSE = Duration.ofMillis(2);

    private Eventually() {}

    /// How long it took until what was seen was as expected; its last sight when it never was.
    static <T> Duration within(Duration limit, Supplier<T> sight, Predicate<? super T> expected) {
        return within(limit, PAUSE, sight, expected);
    }

    /// @param pause between one look and the next: those who look too often hold up what they wait
    ///   for
    static <T> Duration within(
            Duration limit, Duration pause, Supplier<T> sight, Predicate<? super T> expected) {
        long begin = System.nanoTime();
        while (true) {
            T seen = sight.get();
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            if (expected.test(seen)) {
                return waited;
            }
            if (waited.compareTo(limit) > 0) {
                throw new AssertionError("Not within " + limit + ", still: " + seen);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    static <T> Duration equal(Duration limit, T expected, Supplier<T> sight) {
        return within(
                limit,
                () -> new Comparison<>(expected, sight.get()),
                seen -> seen.actual().equals(seen.expected()));
    }

    private record Comparison<T>(T expected, T actual) {}
}
