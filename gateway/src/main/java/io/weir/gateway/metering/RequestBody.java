package io.weir.gateway.metering;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The body of a request, once it was read.
public sealed interface RequestBody {

    /// Read whole: what is forwarded are these bytes.
    ///
    /// @param model which it asks for, if it says so
    record Read(ByteBuffer bytes, Optional<String> model) implements RequestBody {}

    /// It may hold anything, and is not looked into: no JSON, or compressed.
    record Opaque(ByteBuffer bytes) implements RequestBody {}

    /// It says that it is JSON, and another reader could make something else of it than we do.
    record Malformed(String detail) implements RequestBody {}

    record TooLarge(long most) implements RequestBody {}

    record TooSlow() implements RequestBody {}
}
