/// An upstream to try the gateway against: it says what it received and speaks the language models'
/// protocols with usage that can be counted by hand. It is test code and never ships.
@NullMarked
package io.weir.gateway.upstream;

import org.jspecify.annotations.NullMarked;
