@org.jspecify.annotations.NullMarked
package io.weir.admin.forfeit;
