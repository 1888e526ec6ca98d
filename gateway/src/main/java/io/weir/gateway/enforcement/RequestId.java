package io.weir.gateway.enforcement;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// By which people ask about a request: a UUID of version 7, RFC 9562, section 5.7. It is no
/// secret.
///
/// Made here rather than by a library: theirs keep the order of ids within a millisecond, under a
/// lock that the requests of all event loops would wait for.
final class RequestId {

    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private RequestId() {}

    /// @param epochMillis since 1970
    static UUID at(long epochMillis) {
        var random = ThreadLocalRandom.current();
        return new UUID(
                (epochMillis << 16) | VERSION | (random.nextLong() & 0xFFF),
                VARIANT | (random.nextLong() >>> 2));
    }
}
