package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// All limits of one reseller as they stood at one instant.
record Standing(List<Row> rows) {

    /// @param name of the limit
    /// @param facility what it is of; null for what a reseller has one of
    record Row(
            String name,
            @Nullable UUID facility,
            @Nullable String facilityName,
            Limit limit,
            boolean allowPayg) {

        static Row of(Readable row) {
            return new Row(
                    Values.get(row, "name", String.class),
                    Values.orNull(row, "facility_id", UUID.class),
                    Values.orNull(row, "facility_name", String.class),
                    new Limit(
                            Values.orNull(row, "max", Long.class),
                            Values.get(row, "used", Long.class)),
                    Values.get(row, "allow_payg", Boolean.class));
        }

        private UUID id() {
            return java.util.Objects.requireNonNull(facility);
        }

        private String title() {
            return java.util.Objects.requireNonNull(facilityName);
        }
    }

    Standing {
        rows = List.copyOf(rows);
    }

    Limit limit(String name) {
        return named(name).getFirst().limit();
    }

    boolean allowPayg() {
        return rows.getFirst().allowPayg();
    }

    EntityQuotas quotas() {
        return new EntityQuotas(
                EntityQuotas.Quota.of(limit("tenants")),
                EntityQuotas.Quota.of(limit("vdcs")),
                EntityQuotas.Quota.of(limit("vms")),
                named("data_center").stream()
                        .map(row -> new EntityQuotas.DataCenter(row.id(), row.title()))
                        .toList());
    }

    ResourceAllocation allocation() {
        return new ResourceAllocation(
                allowPayg(),
                ResourceAllocation.Resource.of(limit("cpu")),
                ResourceAllocation.Resource.of(limit("memory_gb")),
                named("storage").stream()
                        .map(
                                row ->
                                        ResourceAllocation.Storage.of(
                                                row.id(), row.title(), row.limit()))
                        .toList(),
                named("backup_storage").stream()
                        .map(
                                row ->
                                        ResourceAllocation.BackupStorage.of(
                                                row.id(), row.title(), row.limit()))
                        .toList());
    }

    private List<Row> named(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).toList();
    }
}
