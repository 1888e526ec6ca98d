package io.weir.admin.key;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import java.util.UUID;

/// The rule that applies to a key, its own or one it inherits.
///
/// @param boundTo whose rule it is: the key's, or the default of its client or reseller
record Applied(UUID id, String name, String boundTo) {

    record Answer(String id, String name, String boundTo) {}

    Answer answer() {
        return new Answer(Ids.text(Resource.RULE, id), name, boundTo);
    }
}
