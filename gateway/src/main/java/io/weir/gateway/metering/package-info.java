/// What requests and answers say of themselves: which model, how many tokens.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.metering;
