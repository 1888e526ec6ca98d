/// Who asks: known from the token by `access`, carried beside each request in its context, and read
/// by whatever must know it, as the database and the audit log do.
@org.jspecify.annotations.NullMarked
package io.weir.admin.principal;
