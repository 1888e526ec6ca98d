/// Whether a request may pass, and what its caller is told: the filter, the fields, the refusals.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.enforcement;
