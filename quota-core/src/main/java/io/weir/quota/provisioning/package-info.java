/// The places of a provisioning platform's entities, as a gateway takes and gives them back: what
/// one asks for, what stands in its way, and how it ends. Which limits there are, and what is used
/// of them, is the store's to say.
@org.jspecify.annotations.NullMarked
package io.weir.quota.provisioning;
