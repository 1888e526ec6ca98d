package io.weir.gateway.upstream;

import java.io.ByteArrayOutputStream;

/// A request's body in memory, up to a limit.
final class BoundedBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void append(byte[] part, int limit) {
        if (bytes.size() + part.length > limit) {
            throw new IllegalStateException("A body of more than %d bytes".formatted(limit));
        }
        bytes.writeBytes(part);
    }

    byte[] toArray() {
        return bytes.toByteArray();
    }
}
