@org.jspecify.annotations.NullMarked
package io.weir.quota.postgres;
