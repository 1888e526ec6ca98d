/// Quotas of which so much was used that somebody wants to know.
@org.jspecify.annotations.NullMarked
package io.weir.admin.alert;
