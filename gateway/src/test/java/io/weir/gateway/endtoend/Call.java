package io.weir.gateway.endtoend;

import java.util.Map;

/// A request that a caller is about to make.
record Call(String url, Map<String, String> headers) {

    static Call bearer(String url, String secret) {
        return new Call(url, Map.of("Authorization", "Bearer " + secret));
    }
}
