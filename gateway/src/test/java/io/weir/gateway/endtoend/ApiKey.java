package io.weir.gateway.endtoend;

/// What a client calls with: known by its id, opened by its secret.
public record ApiKey(String id, String secret) {}
