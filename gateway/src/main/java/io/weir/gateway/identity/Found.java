package io.weir.gateway.identity;

import io.weir.gateway.identity.Nodes.Above;
import io.weir.gateway.identity.Nodes.Entry;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.admission.Subjects.Owner;
import java.time.Instant;
import java.util.UUID;

/// A key that was found. It refers to the entries of its subjects, which lets them live. There may
/// be a million of them: what keys have in common is one object.
///
/// @param identity of the key when it was found
/// @param expiresAt of the secret, in milliseconds since 1970; the largest value for never
record Found(Caller caller, Entry key, Above above, UUID identity, long expiresAt) {

    static Found of(Owner owner, Entry key, Above above) {
        var caller =
                new Caller(
                        key.node.subject(),
                        above.owners().group(),
                        above.owners().client(),
                        above.owners().reseller(),
                        new SubjectPath(key.node, above.nodes()));
        return new Found(
                caller,
                key,
                above,
                key.shared(owner.identity()),
                owner.expires().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE));
    }

    /// It belongs to somebody else than when it was found, or is opened by other secrets.
    boolean isChanged() {
        return !key.is(identity);
    }

    /// Whose secret it is at this time: one that has expired is nobody's, also while the database
    /// is away.
    Identified at(long epochMillis) {
        return epochMillis >= expiresAt ? new Identified.Unknown() : new Identified.Known(caller);
    }
}
