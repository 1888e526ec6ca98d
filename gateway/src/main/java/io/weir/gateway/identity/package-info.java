/// Who calls: from a credential to the subjects whose limits apply.
///
/// A key is read from the database when it is first seen and stays in a bounded cache. Subjects are
/// shared nodes, so that a change pushed by the database is one write each. No request reads the
/// database for a key that is known.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.identity;
