package io.weir.gateway.identity;

import java.time.Duration;

/// What came of looking up a credential.
public sealed interface Identified {

    record Known(Caller caller) implements Identified {}

    /// No credential, a malformed one, or one that nobody holds.
    record Unknown() implements Identified {}

    /// Its address had too many looked up that nobody holds.
    record TooMany(Duration retryAfter) implements Identified {}

    /// It can't be told now, because the database is away.
    record StoreAway() implements Identified {}
}
