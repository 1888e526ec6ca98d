package io.weir.admin.provisioning;

/// Far below 2^53, so that every JSON parser reads it, and sums stay below 2^63.
final class Amounts {

    static final long LARGEST = 1_000_000_000_000L;

    private Amounts() {}
}
