/// Every meter name and tag, in one place.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.telemetry;
