package io.weir.admin.key;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Whose a key is: a client's, or a reseller's own. In a group are keys of several owners.
@Component
class Owners {

    private static final String FIND_RESELLER =
            "SELECT id AS reseller_id, status FROM reseller WHERE id = $1";
    private static final String FIND_CLIENT =
            "SELECT reseller_id, status FROM client WHERE id = $1";
    private static final String FIND_GROUP =
            "SELECT reseller_id, 'active' AS status FROM key_group WHERE id = $1";
    private static final String FIND_RULE =
            "SELECT reseller_id, 'active' AS status FROM rule WHERE id = $1";
    private static final String FOR_SHARE = " FOR SHARE";

    record Owner(UUID resellerId, Status status) {}

    private final DatabaseClient database;

    Owners(DatabaseClient database) {
        this.database = database;
    }

    Mono<Owner> find(SubjectKind kind, UUID id) {
        return switch (kind) {
            case CLIENT -> find(FIND_CLIENT, id);
            case RESELLER -> find(FIND_RESELLER, id);
            case GROUP -> find(FIND_GROUP, id);
            case KEY -> Mono.error(new IllegalArgumentException("A key has no keys"));
        };
    }

    Mono<Owner> requireRule(UUID id) {
        return find(FIND_RULE, id);
    }

    /// The owner, held as it is until the caller's transaction ends: what is disabled gets no keys.
    Mono<Owner> open(SubjectKind kind, UUID id) {
        return switch (kind) {
            case CLIENT ->
                    find(FIND_CLIENT, id)
                            .flatMap(client -> find(FIND_RESELLER + FOR_SHARE, client.resellerId()))
                            .doOnNext(Owners::requireNotDisabled)
                            .then(find(FIND_CLIENT + FOR_SHARE, id))
                            .doOnNext(Owners::requireNotDisabled);
            case RESELLER ->
                    find(FIND_RESELLER + FOR_SHARE, id).doOnNext(Owners::requireNotDisabled);
            case KEY, GROUP -> Mono.error(new IllegalArgumentException(kind + " owns no keys"));
        };
    }

    private static void requireNotDisabled(Owner owner) {
        if (owner.status() == Status.DISABLED) {
            throw Problem.conflict("disabled", "Its owner is disabled, and gets no more keys.");
        }
    }

    private Mono<Owner> find(String statement, UUID id) {
        return database.sql(statement)
                .bind(0, id)
                .map(
                        row ->
                                new Owner(
                                        Values.get(row, "reseller_id", UUID.class),
                                        Status.of(Values.get(row, "status", String.class))))
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }
}
