/// The gateway as an application: its settings and its wiring.
@org.jspecify.annotations.NullMarked
package io.weir.gateway;
