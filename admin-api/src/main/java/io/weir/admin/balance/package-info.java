/// What resellers paid in, what is left of it, and the ledger that proves both.
///
/// Owns nothing but the calls: whatever moves money is a function of the database, which decides
/// under the constraints of its tables, and books the entries in the caller's transaction. The role
/// of this application can read accounts and entries, and write neither.
@org.jspecify.annotations.NullMarked
package io.weir.admin.balance;
