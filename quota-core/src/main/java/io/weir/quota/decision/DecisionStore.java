package io.weir.quota.decision;

import java.util.List;
import reactor.core.publisher.Mono;

/// Where decisions are kept: the last 1,000 of a key, and none for longer than a day.
public interface DecisionStore {

    /// Keeps these, in one statement; those that are kept already stay as they are. What is too old
    /// or too much is forgotten on the way, also when there is nothing new.
    ///
    /// @return an error if it is not known whether they are kept; [Refused] if they never will be
    Mono<Void> keep(List<Decision> decisions);

    /// The store does not take them, however often it is asked.
    final class Refused extends RuntimeException {

        public Refused(Throwable cause) {
            super(cause);
        }
    }
}
