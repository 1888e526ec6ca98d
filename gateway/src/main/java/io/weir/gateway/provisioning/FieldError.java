package io.weir.gateway.provisioning;

/// One thing that is wrong with a request.
///
/// @param pointer into its body; empty for the whole of it
/// @param code in one word
public record FieldError(String pointer, String code, String detail) {}
