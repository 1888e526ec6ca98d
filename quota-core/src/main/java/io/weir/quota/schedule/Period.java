package io.weir.quota.schedule;

import java.time.Instant;

/// A half-open stretch of time: `starts` belongs to it, `ends` does not.
public record Period(Instant starts, Instant ends) {

    public Period {
        if (!starts.isBefore(ends)) {
            throw new IllegalArgumentException("A period must end after " + starts + ": " + ends);
        }
    }

    public boolean contains(Instant instant) {
        return !instant.isBefore(starts) && instant.isBefore(ends);
    }
}
