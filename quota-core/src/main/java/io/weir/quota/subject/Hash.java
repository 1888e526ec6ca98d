package io.weir.quota.subject;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// A credential's hash, as a key of maps. Of its 256 bits all are compared.
public record Hash(long a, long b, long c, long d) {

    private static final HexFormat HEX = HexFormat.of();

    public static Hash of(byte[] bytes) {
        var longs = ByteBuffer.wrap(bytes).asLongBuffer();
        return new Hash(longs.get(0), longs.get(1), longs.get(2), longs.get(3));
    }

    public String hex() {
        return HEX.toHexDigits(a) + HEX.toHexDigits(b) + HEX.toHexDigits(c) + HEX.toHexDigits(d);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }
}
