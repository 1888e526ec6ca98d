package io.weir.gateway.edge;

import org.springframework.core.io.buffer.DataBufferLimitException;

/// More of a body came than its route takes, and its length was not stated.
public final class BodyTooLarge extends DataBufferLimitException {

    private static final long serialVersionUID = 1L;

    private final long most;

    BodyTooLarge(long most) {
        super("The body is larger than %d bytes".formatted(most));
        this.most = most;
    }

    /// In bytes.
    public long most() {
        return most;
    }
}
