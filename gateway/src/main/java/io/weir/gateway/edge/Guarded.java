package io.weir.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/// Follows one protocol's bytes as far as is needed to tell what is not finished.
sealed interface Guarded permits Http1Guard, Http2Guard {

    /// Passes bytes on.
    ///
    /// @return whether some are left, and not released, for the protocol that the connection has
    ///   changed to
    boolean read(ChannelHandlerContext context, ByteBuf bytes);

    /// Whether the head of a request, or what is like it, has begun and not ended.
    boolean headBegun();

    /// How many heads have ended.
    long heads();

    /// Whether a request's body has begun and not ended.
    boolean bodyBegun();

    /// Ends the requests of which fewer bytes came since the last call, though they were wanted;
    /// but none that began since then.
    ///
    /// @param reading whether what comes is read at all
    /// @return how many
    int endSlowBodies(ChannelHandlerContext context, long least, boolean reading);

    /// A slow head ends its connection.
    void endSlowHead(ChannelHandlerContext context);

    /// Whether an answer is under way that closing the connection would break off.
    boolean isAnswering();

    /// Whether what is to be sent has waited for the caller alone since the last call.
    boolean isStuck();
}
