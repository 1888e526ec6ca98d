/// What Weir is measured against, each a program of its own, where no gateway looks for its parts.
@org.jspecify.annotations.NullMarked
package io.weir.peers;
