/// Why a request was refused, and what one would meet now.
@org.jspecify.annotations.NullMarked
package io.weir.admin.why;
