package io.weir.admin.wire;

/// One thing that is wrong with a request.
///
/// @param pointer a JSON pointer into the body, or `?name` for a query parameter
public record Violation(String pointer, String code, String detail) {}
