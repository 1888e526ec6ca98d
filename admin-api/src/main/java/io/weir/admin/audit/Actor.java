package io.weir.admin.audit;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who did it.
///
/// @param token by which it was done; none in work of our own
/// @param reseller whose token it is; none for an operator's
record Actor(@Nullable UUID token, String name, String role, @Nullable UUID reseller) {

    record Shown(@Nullable String tokenId, String name, String role, @Nullable String resellerId) {}

    /// A reseller is told the role alone of whoever is not its own.
    Actor seenBy(Principal by) {
        return by.reseller() == null || by.reseller().equals(reseller)
                ? this
                : new Actor(null, role, role, null);
    }

    Shown shown() {
        return new Shown(
                Ids.textOrNull(Resource.TOKEN, token),
                name,
                role,
                Ids.textOrNull(SubjectKind.RESELLER, reseller));
    }
}
