package io.weir.gateway.identity;

import java.nio.ByteBuffer;

/// A credential's hash, as a key of maps. Of its 256 bits all are compared.
record Hash(long a, long b, long c, long d) {

    static Hash of(byte[] bytes) {
        var longs = ByteBuffer.wrap(bytes).asLongBuffer();
        return new Hash(longs.get(0), longs.get(1), longs.get(2), longs.get(3));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }
}
