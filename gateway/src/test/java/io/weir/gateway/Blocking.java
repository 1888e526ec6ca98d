package io.weir.gateway;

import reactor.blockhound.BlockHound;

/// Calls that block a thread which must not wait.
final class Blocking {

    private Blocking() {}

    /// From now on, for all tests in this JVM. Two things are let pass that wait for nothing: who
    /// connects to PostgreSQL reads the machine's random numbers, and Netty's allocator holds a
    /// lock for an instant.
    static void isAnError() {
        BlockHound.install(
                hound ->
                        hound.allowBlockingCallsInside(
                                        "sun.security.provider.NativePRNG$RandomIO", "readFully")
                                .allowBlockingCallsInside(
                                        "io.netty.buffer.AdaptivePoolingAllocator", "allocate")
                                .allowBlockingCallsInside(
                                        "io.netty.buffer.AdaptivePoolingAllocator$Magazine",
                                        "free"));
    }
}
