/// PostgreSQL behind the interfaces of the domain: the schema, the one copy of the SQL that both
/// applications use, and the server for a single machine. Nothing else here imports this package
/// but the two applications' wiring.
@org.jspecify.annotations.NullMarked
package io.weir.quota.postgres;
