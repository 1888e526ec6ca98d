package io.weir.admin.provisioning;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A facility that a reseller shall have from now on, or have no more.
///
/// @param maxGb null for as much as it likes
/// @param at where its id stands in the body
/// @param maxAt where its maximum does
record Assignment(
        FacilityKind kind,
        UUID facility,
        boolean remove,
        @Nullable Long maxGb,
        String at,
        String maxAt) {

    private static final int MOST = 1000;
    private static final String MAX = "max_capacity_gb";
    private static final String REMOVE = "remove";

    /// Of a list of a body.
    static List<Assignment> read(Body body, String list, FacilityKind kind) {
        List<Body> items =
                kind == FacilityKind.DATA_CENTER
                        ? body.items(list, kind.uuidMember(), MOST)
                        : body.items(list, MOST);
        Set<UUID> seen = new HashSet<>();
        List<Assignment> assignments = new ArrayList<>();
        for (Body item : items) {
            Assignment assignment = read(item, kind);
            if (!seen.add(assignment.facility)) {
                item.violates(kind.uuidMember(), "duplicate", "This stands twice.");
            }
            assignments.add(assignment);
        }
        return assignments;
    }

    private static Assignment read(Body item, FacilityKind kind) {
        UUID facility = item.required(kind.uuidMember(), Form.uuid(), null);
        boolean remove = item.required(REMOVE, Form.flag(), false);
        Long maxGb = kind == FacilityKind.DATA_CENTER ? null : max(item, remove);
        item.nothingElse();
        return new Assignment(
                kind, facility, remove, maxGb, item.at(kind.uuidMember()), item.at(MAX));
    }

    private static @Nullable Long max(Body item, boolean remove) {
        if (!remove) {
            item.present(MAX);
        } else if (item.has(MAX)) {
            item.violates(MAX, "removed", "What is removed has no maximum.");
        }
        return item.nullable(MAX, Form.integer(1, Amounts.LARGEST), null);
    }

    Violation unknown() {
        return new Violation(
                at, "unknown-value", "There is no %s with this id.".formatted(kind.spoken()));
    }

    boolean isBelow(long used) {
        return maxGb != null && maxGb < used;
    }

    Violation below(long used) {
        return new Violation(maxAt, "below-used", "%d GB of it are used.".formatted(used));
    }
}
