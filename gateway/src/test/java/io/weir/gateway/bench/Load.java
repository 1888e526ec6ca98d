package io.weir.gateway.bench;

import java.time.Duration;

/// Clients that ask a target for the same thing again and again.
interface Load {

    int CONNECTIONS = 64;

    Report run(Target target, Duration length);

    /// @param requests that were answered as they should be
    /// @param errors other answers, and requests without one
    record Report(long requests, long errors, Duration length, Duration p50, Duration p99) {}
}
