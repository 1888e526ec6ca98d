/// What a client gets of its reseller, one by one or by the file: read alike, and booked alike.
@org.jspecify.annotations.NullMarked
package io.weir.admin.allocation;
