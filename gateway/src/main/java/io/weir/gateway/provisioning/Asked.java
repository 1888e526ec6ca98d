package io.weir.gateway.provisioning;

import io.weir.quota.provisioning.Obstacle;
import io.weir.quota.provisioning.Place;
import io.weir.quota.provisioning.Share;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/// What a body asks for, and where in it each thing stands.
///
/// @param place with each facility once, and all that is asked of it
/// @param items where each storage policy is named first, among its list's
/// @param backupItems where each backup storage is
record Asked(
        Place place, Provision.Takes at, Map<UUID, Integer> items, Map<UUID, Integer> backupItems) {

    Asked {
        items = Map.copyOf(items);
        backupItems = Map.copyOf(backupItems);
    }

    /// In a place that a body's own JSON tells.
    FieldError error(Obstacle obstacle) {
        return switch (obstacle) {
            case Obstacle.Unknown(String name, UUID facility) ->
                    new FieldError(
                            facility(name, facility),
                            "unknown-value",
                            "There is nothing with this id.");
            case Obstacle.NotAllocated(String name, UUID facility) ->
                    new FieldError(
                            facility(name, facility),
                            "not-allocated",
                            "This is not allocated to the reseller.");
            case Obstacle.NoPayg() ->
                    new FieldError(
                            text(at.type()),
                            "payg-not-allowed",
                            "Only allocation VDCs are allowed for this reseller.");
            case Obstacle.Exceeded exceeded ->
                    new FieldError(amount(exceeded), "limit-exceeded", words(exceeded));
        };
    }

    private static String words(Obstacle.Exceeded exceeded) {
        return exceeded.max() == 0
                ? "The limit %s is 0: none may be created.".formatted(exceeded.limit())
                : "The limit %s is %d, of which %d are used; %d were asked for."
                        .formatted(
                                exceeded.limit(),
                                exceeded.max(),
                                exceeded.used(),
                                exceeded.asked());
    }

    private String facility(String name, UUID facility) {
        return switch (name) {
            case "data_center" -> text(at.dataCenter());
            case "storage" -> item(at.storage(), items, facility, true);
            default -> item(at.backupStorage(), backupItems, facility, true);
        };
    }

    /// One entity is the whole of the body.
    private String amount(Obstacle.Exceeded exceeded) {
        return switch (exceeded.limit()) {
            case "cpu" -> text(at.cpu());
            case "memory_gb" -> text(at.memoryGb());
            case "storage" ->
                    item(at.storage(), items, Objects.requireNonNull(exceeded.facility()), false);
            case "backup_storage" ->
                    item(
                            at.backupStorage(),
                            backupItems,
                            Objects.requireNonNull(exceeded.facility()),
                            false);
            default -> "";
        };
    }

    private static String item(
            Provision.@Nullable Shares shares,
            Map<UUID, Integer> items,
            UUID facility,
            boolean isItself) {
        Integer index = items.get(facility);
        return shares == null || index == null
                ? ""
                : "%s/%d%s"
                        .formatted(
                                shares.list(), index, isItself ? shares.uuid() : shares.amount());
    }

    private static String text(@Nullable JsonPointer pointer) {
        return pointer == null ? "" : pointer.toString();
    }

    /// Summed up by facility, in the order in which they were named first.
    static List<Share> shares(Map<UUID, Long> gigabytes) {
        return gigabytes.entrySet().stream()
                .map(entry -> new Share(entry.getKey(), entry.getValue()))
                .toList();
    }
}
