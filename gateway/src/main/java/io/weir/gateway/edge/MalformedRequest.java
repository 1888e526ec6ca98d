package io.weir.gateway.edge;

/// It could be read in more than one way.
final class MalformedRequest extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
        super(message);
    }

    /// It is the caller's fault, whose place is known.
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
