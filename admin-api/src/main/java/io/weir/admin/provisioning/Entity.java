package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.SubjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A tenant, VDC or VM.
///
/// @param parent the tenant of a VDC, the VDC of a VM
/// @param type of a VDC
record Entity(
        EntityKind kind,
        UUID id,
        String name,
        @Nullable UUID parent,
        @Nullable UUID dataCenter,
        @Nullable String type,
        long cpu,
        long memoryGb,
        List<Share> storage,
        List<Share> backupStorage) {

    private static final int LONGEST_NAME = 200;

    Entity {
        storage = List.copyOf(storage);
        backupStorage = List.copyOf(backupStorage);
    }

    static Entity read(EntityKind kind, Body body) {
        Entity entity = kind == EntityKind.VDC ? vdc(body) : plain(kind, body);
        body.nothingElse();
        return entity;
    }

    private static Entity plain(EntityKind kind, Body body) {
        UUID parent =
                kind == EntityKind.TENANT
                        ? null
                        : body.required(kind.parentMember(), Form.uuid(), null);
        return new Entity(
                kind, id(body), name(body), parent, null, null, 0, 0, List.of(), List.of());
    }

    private static Entity vdc(Body body) {
        return new Entity(
                EntityKind.VDC,
                id(body),
                name(body),
                body.required(EntityKind.VDC.parentMember(), Form.uuid(), null),
                body.required("data_center_uuid", Form.uuid(), null),
                body.required("type", Form.oneOf("allocation", "payg"), null),
                body.required("cpu", Form.integer(0, Amounts.LARGEST), null),
                body.required("memory_gb", Form.integer(0, Amounts.LARGEST), null),
                Share.read(body, "storage", FacilityKind.STORAGE_POLICY),
                Share.read(body, "backup_storage", FacilityKind.BACKUP_STORAGE));
    }

    static String name(Body body) {
        return body.required("name", Form.text(LONGEST_NAME), null);
    }

    /// As the platform knows it, or a new one.
    static UUID id(Body body) {
        UUID given = body.nullable("id", Form.uuid(), null);
        return given == null ? Ids.next() : given;
    }

    static Entity of(Readable row) {
        return new Entity(
                EntityKind.of(Values.get(row, "kind", String.class)),
                Values.get(row, "id", UUID.class),
                Values.get(row, "name", String.class),
                Values.orNull(row, "parent_id", UUID.class),
                Values.orNull(row, "data_center_id", UUID.class),
                Values.orNull(row, "type", String.class),
                Values.get(row, "cpu", Long.class),
                Values.get(row, "memory_gb", Long.class),
                shares(row, "storage"),
                shares(row, "backup"));
    }

    private static List<Share> shares(Readable row, String of) {
        UUID[] facilities = Values.get(row, of, UUID[].class);
        Long[] amounts = Values.get(row, of + "_gb", Long[].class);
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < facilities.length; i++) {
            shares.add(new Share(facilities[i], amounts[i]));
        }
        return shares;
    }

    static String ownerText(UUID reseller) {
        return Ids.text(SubjectKind.RESELLER, reseller);
    }
}
