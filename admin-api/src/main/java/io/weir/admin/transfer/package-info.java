/// Clients by the file, in and out.
///
/// An upload is stored as it comes, in chunks, and answered before it is read. A worker then goes
/// through it: what is wrong with a row is found out by the code that reads a client's JSON, what
/// becomes of it is decided here, and written by set-based statements, all in one transaction.
/// Progress is committed apart from it, and read while it runs.
@org.jspecify.annotations.NullMarked
package io.weir.admin.transfer;
