package io.weir.admin.audit;

/// What of an entry makes the chain.
///
/// @param text what its hash covers beside the hash before it
/// @param hash in hex
record Link(long number, String text, String hash) {}
