package io.weir.admin.provisioning;

import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Violation;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// Something that stays, because others use it.
///
/// @param usedBy the first of them
/// @param users how many there are
record InUse(String kind, UUID id, String name, List<User> usedBy, long users) {

    record User(String kind, UUID id, String name) {

        private String spoken() {
            return "the %s %s (%s)".formatted(EntityKind.of(kind).spoken(), name, id);
        }
    }

    InUse {
        usedBy = List.copyOf(usedBy);
    }

    /// @param pointer where it was asked to go
    Violation violation(String pointer) {
        long more = users - usedBy.size();
        return new Violation(
                pointer,
                "in-use",
                "%s (%s) is used by %s%s."
                        .formatted(
                                name,
                                id,
                                String.join(", ", usedBy.stream().map(User::spoken).toList()),
                                more == 0 ? "" : " and %d more".formatted(more)));
    }

    static void requireNone(Collection<InUse> found) {
        if (!found.isEmpty()) {
            throw problem(found.stream().map(one -> one.violation("")).toList(), found);
        }
    }

    /// @param violations among them that of each
    static Problem problem(List<Violation> violations, Collection<InUse> found) {
        var problem = Problem.invalid(violations);
        return found.isEmpty() ? problem : problem.telling("in_use", List.copyOf(found));
    }
}
