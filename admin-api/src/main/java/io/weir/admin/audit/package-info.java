/// The audit log as it is read: written entries are [io.weir.admin.database.Changes]' business.
@org.jspecify.annotations.NullMarked
package io.weir.admin.audit;
