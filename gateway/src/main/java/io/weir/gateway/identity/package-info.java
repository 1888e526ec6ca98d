/// Who calls: from a credential to the subjects whose limits apply.
///
/// A key is read from the database when it is first seen and stays in a bounded cache. Many that
/// are first seen at the same time are read together, so that a gateway which begins with a million
/// keys is bound by what the database can read, not by how often it can be asked. An active key
/// takes less than a kibibyte, with all that admission holds for it. Subjects are shared nodes, so
/// that a change pushed by the database is one write each. No request reads the database for a key
/// that is known.
///
/// Changes have versions in the order of their commits, and what is in force here is that of one
/// version. An announcement of the next one names its subjects: their settings are read, and
/// nothing else. After one that was missed, or says less, the database is asked what changed since.
/// A key whose owners or secrets changed (its identity) is looked up anew at its next request, by
/// its secret, which may open it no more.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.identity;
