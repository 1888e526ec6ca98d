package io.weir.gateway.upstream;

/// The provider would refuse this body, for this field.
final class InvalidRequest extends RuntimeException {

    private final String field;

    InvalidRequest(String message, String field) {
        super(message, null, false, false);
        this.field = field;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String field() {
        return field;
    }
}
