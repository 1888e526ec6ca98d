package io.weir.admin.provisioning;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Violations;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// How many entities a reseller may have. A maximum may be lowered below what there is: nothing
/// more is created then.
@Component
class EntityLimits {

    private static final String UPDATE =
            """
            UPDATE provisioning SET max_tenants = $2, max_vdcs = $3, max_vms = $4
             WHERE reseller_id = $1 AND (max_tenants, max_vdcs, max_vms) IS DISTINCT FROM ($2, $3, $4)
            """;

    /// What a body changes of what holds.
    private record Change(
            @Nullable Long tenants,
            @Nullable Long vdcs,
            @Nullable Long vms,
            List<Assignment> dataCenters) {

        private static Change read(byte @Nullable [] bytes, Standing now) {
            var violations = new Violations();
            Body body = Body.object(bytes, violations);
            var change =
                    new Change(
                            max(body, "max_tenants", now.limit("tenants")),
                            max(body, "max_vdcs", now.limit("vdcs")),
                            max(body, "max_vms", now.limit("vms")),
                            Assignment.read(body, "data_centers", FacilityKind.DATA_CENTER));
            body.nothingElse();
            violations.refuse();
            return change;
        }

        private static @Nullable Long max(Body body, String name, Limit now) {
            return body.nullable(name, Form.integer(0, Amounts.LARGEST), now.max());
        }
    }

    private final DatabaseClient database;
    private final Changes changes;
    private final Provisioning provisioning;
    private final Assignments assignments;

    EntityLimits(
            DatabaseClient database,
            Changes changes,
            Provisioning provisioning,
            Assignments assignments) {
        this.database = database;
        this.changes = changes;
        this.provisioning = provisioning;
        this.assignments = assignments;
    }

    Mono<EntityQuotas> edit(UUID reseller, byte @Nullable [] body) {
        var work =
                provisioning
                        .locked(reseller)
                        .map(now -> Change.read(body, now))
                        .flatMap(
                                change ->
                                        assignments
                                                .assign(reseller, change.dataCenters(), List.of())
                                                .then(Mono.defer(() -> store(reseller, change))))
                        .then(Mono.defer(() -> provisioning.standing(reseller)));
        return changes.makeSilently("entity-quota", "edit", work).map(Standing::quotas);
    }

    Mono<EntityQuotas> reset(UUID reseller) {
        var nothing = new Change(null, null, null, List.of());
        var work =
                provisioning
                        .lock(reseller)
                        .then(
                                Mono.defer(
                                        () ->
                                                assignments.removeAll(
                                                        reseller, FacilityKind.DATA_CENTER)))
                        .then(Mono.defer(() -> store(reseller, nothing)))
                        .then(Mono.defer(() -> provisioning.standing(reseller)));
        return changes.makeSilently("entity-quota", "reset", work).map(Standing::quotas);
    }

    private Mono<Void> store(UUID reseller, Change change) {
        return database.sql(UPDATE)
                .bind(0, reseller)
                .bind(1, Values.orNull(Long.class, change.tenants()))
                .bind(2, Values.orNull(Long.class, change.vdcs()))
                .bind(3, Values.orNull(Long.class, change.vms()))
                .then();
    }
}
