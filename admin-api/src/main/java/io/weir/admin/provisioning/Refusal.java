package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Violation;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One thing that stands in the way of an entity.
sealed interface Refusal {

    /// What is named is not there.
    record Unknown(String name, @Nullable UUID facility) implements Refusal {}

    /// A facility is there, and not the reseller's to use.
    record NotAllocated(String name, UUID facility) implements Refusal {}

    /// A VDC that is paid for as it goes, where only allocations are allowed.
    record NoPayg() implements Refusal {}

    /// As it stands in a problem.
    ///
    /// @param facility of which the limit is; null for what there is one of
    record Exceeded(String limit, @Nullable UUID facility, long max, long used, long asked)
            implements Refusal {}

    static Refusal of(Readable row) {
        String name = Values.get(row, "name", String.class);
        UUID facility = Values.orNull(row, "facility_id", UUID.class);
        return switch (Values.get(row, "reason", String.class)) {
            case "unknown" -> new Unknown(name, facility);
            case "not-allocated" -> new NotAllocated(name, Objects.requireNonNull(facility));
            case "payg" -> new NoPayg();
            case "limit" ->
                    new Exceeded(
                            name,
                            facility,
                            Values.get(row, "max", Long.class),
                            Values.get(row, "used", Long.class),
                            Values.get(row, "asked", Long.class));
            case String other -> throw new IllegalStateException("Refused for " + other);
        };
    }

    /// All of them as one answer to who asked for the entity.
    static Problem problem(List<Refusal> refusals, Entity asked) {
        var violations = refusals.stream().map(one -> one.violation(asked)).toList();
        var exceeded =
                refusals.stream()
                        .filter(Exceeded.class::isInstance)
                        .map(Exceeded.class::cast)
                        .toList();
        String name = exceeded.size() == refusals.size() ? "limit-exceeded" : "invalid-request";
        var problem = Problem.invalid(name, violations);
        return exceeded.isEmpty() ? problem : problem.telling("limits", exceeded);
    }

    private Violation violation(Entity asked) {
        return switch (this) {
            case Unknown(var name, var facility) ->
                    new Violation(
                            named(asked, name, facility),
                            "unknown-value",
                            "There is nothing with this id.");
            case NotAllocated(var name, var facility) ->
                    new Violation(
                            named(asked, name, facility),
                            "not-allocated",
                            "This is not allocated to the reseller.");
            case NoPayg() ->
                    new Violation(
                            "/type",
                            "payg-not-allowed",
                            "Only allocation VDCs are allowed for this reseller.");
            case Exceeded exceeded ->
                    new Violation(amount(asked, exceeded), "limit-exceeded", words(exceeded));
        };
    }

    private static String words(Exceeded exceeded) {
        return exceeded.max() == 0
                ? "The limit %s is 0: none may be created.".formatted(exceeded.limit())
                : "The limit %s is %d, of which %d are used; %d were asked for."
                        .formatted(
                                exceeded.limit(),
                                exceeded.max(),
                                exceeded.used(),
                                exceeded.asked());
    }

    /// Where an id stands in the body.
    private static String named(Entity asked, String name, @Nullable UUID facility) {
        return switch (name) {
            case "parent" -> "/" + asked.kind().parentMember();
            case "data_center" -> "/data_center_uuid";
            default -> share(asked, name, facility, uuidMember(name));
        };
    }

    /// Where an amount stands in the body; one entity is the whole of it.
    private static String amount(Entity asked, Exceeded exceeded) {
        return switch (exceeded.limit()) {
            case "tenants", "vdcs", "vms" -> "";
            case "cpu", "memory_gb" -> "/" + exceeded.limit();
            default -> share(asked, exceeded.limit(), exceeded.facility(), "capacity_gb");
        };
    }

    private static String share(Entity asked, String list, @Nullable UUID facility, String member) {
        var shares = list.equals("storage") ? asked.storage() : asked.backupStorage();
        return "/%s/%d/%s"
                .formatted(list, Share.indexOf(shares, Objects.requireNonNull(facility)), member);
    }

    private static String uuidMember(String list) {
        return (list.equals("storage") ? FacilityKind.STORAGE_POLICY : FacilityKind.BACKUP_STORAGE)
                .uuidMember();
    }
}
