package io.weir.gateway.edge;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Where callers who may be one and the same come from.
final class Network {

    private static final int BYTES = 8;

    private Network() {}

    /// All addresses of an IPv6 network (/64) are one: whoever has one of them has them all.
    static ByteBuffer of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(
                address instanceof Inet6Address ? Arrays.copyOf(bytes, BYTES) : bytes);
    }
}
