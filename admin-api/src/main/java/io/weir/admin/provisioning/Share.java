package io.weir.admin.provisioning;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// What an entity takes of a storage policy or a backup storage.
record Share(UUID facility, long gb) {

    static final int MOST = 100;

    static List<Share> read(Body body, String list, FacilityKind kind) {
        Set<UUID> seen = new HashSet<>();
        List<Share> shares = new ArrayList<>();
        for (Body item : body.items(list, MOST)) {
            var share =
                    new Share(
                            item.required(kind.uuidMember(), Form.uuid(), null),
                            item.required("capacity_gb", Form.integer(1, Amounts.LARGEST), null));
            item.nothingElse();
            if (!seen.add(share.facility)) {
                item.violates(kind.uuidMember(), "duplicate", "This stands twice.");
            }
            shares.add(share);
        }
        return shares;
    }

    static UUID[] facilities(List<Share> shares) {
        return shares.stream().map(Share::facility).toArray(UUID[]::new);
    }

    static Long[] amounts(List<Share> shares) {
        return shares.stream().map(Share::gb).toArray(Long[]::new);
    }

    static int indexOf(List<Share> shares, UUID facility) {
        return shares.stream().map(Share::facility).toList().indexOf(facility);
    }
}
