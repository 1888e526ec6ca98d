package io.weir.gateway.upstreams;

import java.time.Duration;

/// How an instance has fared: it is asked as usual, or left alone until an instant and then tried
/// by one request.
///
/// @param failures in a row
/// @param backOffs in a row: 0 while it is asked as usual
/// @param until an instant of the monotonic clock; of no meaning without back-offs
/// @param isTried one request is out to see whether it answers again
record Standing(int failures, int backOffs, long until, boolean isTried) {

    static final Standing GOOD = new Standing(0, 0, 0, false);

    /// After how many failures, and for how long at first and at most.
    ///
    /// @param failures in a row, at least 1
    /// @param first doubled each time, until it is `most`
    record Terms(int failures, Duration first, Duration most) {

        long backOff(int before) {
            long nanos = first.toNanos();
            for (int i = 0; i < before && nanos < most.toNanos(); i++) {
                nanos *= 2;
            }
            return Math.min(nanos, most.toNanos());
        }
    }

    /// Whether it may be asked, if only by one request.
    boolean mayBeAsked(long now) {
        return backOffs == 0 || until - now <= 0;
    }

    /// Its one request is about to go out. If nothing is heard of that, another goes out later.
    Standing tried(long now, Terms terms) {
        return new Standing(failures, backOffs, now + terms.backOff(backOffs - 1), true);
    }

    /// Requests that were under way when it was left alone say nothing new.
    Standing failed(long now, Terms terms) {
        if (backOffs > 0 && !isTried) {
            return this;
        }
        int inARow = failures + 1;
        return backOffs > 0 || inARow >= terms.failures()
                ? new Standing(inARow, backOffs + 1, now + terms.backOff(backOffs), false)
                : new Standing(inARow, 0, 0, false);
    }
}
