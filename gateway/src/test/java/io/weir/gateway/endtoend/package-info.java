/// The gateway, the admin API and PostgreSQL as real processes, in front of an upstream that
/// counts.
///
/// No test here trusts the gateway's own figures. Three books are kept and compared: what arrived
/// at the upstream ([Recorder]), what the callers were told ([Load]), and what was written down
/// ([Tables] by SQL, [Admin] by API).
@org.jspecify.annotations.NullMarked
package io.weir.gateway.endtoend;
