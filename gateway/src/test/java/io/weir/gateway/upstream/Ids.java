package io.weir.gateway.upstream;

import java.util.concurrent.ThreadLocalRandom;

/// Identifiers in the providers' form: a prefix and something nobody else has.
final class Ids {

    private Ids() {}

    /// Unlike a random UUID, without reading from the system, which may block.
    static String next(String prefix) {
        var random = ThreadLocalRandom.current();
        return prefix + "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }
}
