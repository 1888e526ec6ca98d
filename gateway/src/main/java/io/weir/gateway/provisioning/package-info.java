/// The limits of a provisioning platform that stands behind the gateway: a route says which entity
/// a successful POST adds and a successful DELETE removes.
///
/// Owns: what a route's metadata `provisioning` means, what a request's body asks for, and the
/// places of requests under way until the store was told how each ended.
///
/// Invariants:
/// - A request is admitted by all limits of its key first; then its place is taken, in the
///   database; then it is forwarded. One that finds no place is forwarded never.
/// - A place that was taken ends once: settled if the upstream answered 2xx, released if it
///   answered otherwise or was never asked. Where nobody can tell, because it was asked and no
///   answer came, the place counts until its reservation expires.
/// - The store is told before the caller is answered, so that who has the answer to a creation can
///   delete it, and who has the answer to a deletion finds its place free. If the store does not
///   answer, the caller is, and the store is told again until it knows.
/// - What was read of a body is what is forwarded, and can be read in one way only.
///
/// Boundaries: places, limits and their lock are the database's. What is told again is kept in
/// memory, so a gateway that is killed meanwhile leaves a reservation that expires; one that stops
/// waits for it, and logs what it could not tell. What an upstream changes or deletes without being
/// asked through the gateway is the admin API's to correct.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.provisioning;
