/// What Weir is measured against, each a program of its own.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.bench.peers;
