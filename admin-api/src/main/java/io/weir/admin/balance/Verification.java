package io.weir.admin.balance;

/// What came of recomputing the ledger.
///
/// @param head the last hash of the chain; none while there are no entries
record Verification(boolean verified, long accounts, long entries, String head) {}
