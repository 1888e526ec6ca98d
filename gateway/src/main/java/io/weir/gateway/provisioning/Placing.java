package io.weir.gateway.provisioning;

import io.weir.gateway.metering.RequestBody;
import io.weir.quota.provisioning.Obstacle;
import java.nio.ByteBuffer;
import java.util.List;

/// What came of asking for a place.
public sealed interface Placing {

    /// @param body to be forwarded
    record Reserved(Change creation, ByteBuffer body) implements Placing {}

    /// There is no room, or no right to what is named.
    ///
    /// @param limits those that are in the way
    record Refused(List<FieldError> errors, List<Obstacle.Exceeded> limits) implements Placing {

        public Refused {
            errors = List.copyOf(errors);
            limits = List.copyOf(limits);
        }

        /// Whether room is all that is missing.
        public boolean isFull() {
            return errors.size() == limits.size();
        }
    }

    /// The body does not tell what is asked for.
    record Invalid(List<FieldError> errors) implements Placing {

        public Invalid {
            errors = List.copyOf(errors);
        }
    }

    /// The body could not be read.
    record Unreadable(RequestBody body) implements Placing {}

    /// The store can't be asked.
    record StoreAway() implements Placing {}
}
