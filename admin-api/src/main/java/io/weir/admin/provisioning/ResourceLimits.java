package io.weir.admin.provisioning;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Violation;
import io.weir.admin.wire.Violations;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What a reseller's VDCs may take together. No maximum is below what is used: what runs is paid
/// for.
@Component
class ResourceLimits {

    private static final String UPDATE =
            """
            UPDATE provisioning SET allow_payg = $2, max_cpu = $3, max_memory_gb = $4
             WHERE reseller_id = $1 AND (allow_payg, max_cpu, max_memory_gb) IS DISTINCT FROM ($2, $3, $4)
            """;

    /// What a body changes of what holds.
    private record Change(
            boolean allowPayg,
            @Nullable Long cpu,
            @Nullable Long memoryGb,
            List<Assignment> assignments) {

        /// As it is at first.
        private static final Change NONE = new Change(true, null, null, List.of());

        private static Change read(byte @Nullable [] bytes, Standing now) {
            var violations = new Violations();
            Body body = Body.object(bytes, violations);
            var change =
                    new Change(
                            body.required("allow_payg", Form.flag(), now.allowPayg()),
                            max(body, "max_cpu", now.limit("cpu")),
                            max(body, "max_memory_gb", now.limit("memory_gb")),
                            Stream.concat(
                                            Assignment.read(
                                                    body, "storage", FacilityKind.STORAGE_POLICY)
                                                    .stream(),
                                            Assignment.read(
                                                    body,
                                                    "backup_storage",
                                                    FacilityKind.BACKUP_STORAGE)
                                                    .stream())
                                    .toList());
            body.nothingElse();
            violations.refuse();
            return change;
        }

        private static @Nullable Long max(Body body, String name, Limit now) {
            return body.nullable(name, Form.integer(1, Amounts.LARGEST), now.max());
        }

        private List<Violation> belowUsed(Standing now) {
            var violations = new Violations();
            belowUsed("/max_cpu", cpu, now.limit("cpu"), "cores", violations);
            belowUsed("/max_memory_gb", memoryGb, now.limit("memory_gb"), "GB", violations);
            return violations.found();
        }

        private static void belowUsed(
                String at, @Nullable Long max, Limit now, String unit, Violations violations) {
            if (max != null && max < now.used()) {
                violations.add(at, "below-used", "%d %s are used.".formatted(now.used(), unit));
            }
        }
    }

    private final DatabaseClient database;
    private final Changes changes;
    private final Provisioning provisioning;
    private final Assignments assignments;

    ResourceLimits(
            DatabaseClient database,
            Changes changes,
            Provisioning provisioning,
            Assignments assignments) {
        this.database = database;
        this.changes = changes;
        this.provisioning = provisioning;
        this.assignments = assignments;
    }

    Mono<ResourceAllocation> edit(UUID reseller, byte @Nullable [] body) {
        var work =
                provisioning
                        .locked(reseller)
                        .flatMap(now -> edit(reseller, Change.read(body, now), now))
                        .then(Mono.defer(() -> provisioning.standing(reseller)));
        return changes.makeSilently("resource-allocation", "edit", work).map(Standing::allocation);
    }

    Mono<ResourceAllocation> reset(UUID reseller) {
        var work =
                provisioning
                        .lock(reseller)
                        .then(
                                Mono.defer(
                                        () ->
                                                assignments.removeAll(
                                                        reseller,
                                                        FacilityKind.STORAGE_POLICY,
                                                        FacilityKind.BACKUP_STORAGE)))
                        .then(Mono.defer(() -> store(reseller, Change.NONE)))
                        .then(Mono.defer(() -> provisioning.standing(reseller)));
        return changes.makeSilently("resource-allocation", "reset", work).map(Standing::allocation);
    }

    private Mono<Void> edit(UUID reseller, Change change, Standing now) {
        return assignments
                .assign(reseller, change.assignments(), change.belowUsed(now))
                .then(Mono.defer(() -> store(reseller, change)));
    }

    private Mono<Void> store(UUID reseller, Change change) {
        return database.sql(UPDATE)
                .bind(0, reseller)
                .bind(1, change.allowPayg())
                .bind(2, Values.orNull(Long.class, change.cpu()))
                .bind(3, Values.orNull(Long.class, change.memoryGb()))
                .then();
    }
}
