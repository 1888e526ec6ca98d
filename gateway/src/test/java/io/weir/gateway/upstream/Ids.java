package io.weir.gateway.upstream;

import java.util.UUID;

/// Identifiers in the providers' form: a prefix and something nobody else has.
final class Ids {

    private Ids() {}

    static String next(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }
}
