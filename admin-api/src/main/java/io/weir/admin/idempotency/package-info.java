/// A POST that is sent again with the same `Idempotency-Key` has no second effect and gets the same
/// answer.
///
/// The stored answer commits with the effect or not at all: one transaction is around the whole
/// request, joined by [io.weir.admin.database.Changes], and the answer leaves after its commit. An
/// endpoint that moves money asks for the header with [io.weir.admin.wire.IdempotencyKey#require].
///
/// Whatever a handler starts beside its own chain does not see what it wrote before that commit.
@org.jspecify.annotations.NullMarked
package io.weir.admin.idempotency;
