/// The e-mail addresses of the people who share a key, and so its budget.
@org.jspecify.annotations.NullMarked
package io.weir.admin.email;
