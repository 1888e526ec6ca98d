package io.weir.admin.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// Changes: each is one transaction with one entry in the audit log. What the gateways must obey
/// announces itself last, because the announcement locks the one row that puts all changes in
/// order.
@Component
public final class Changes {

    private static final String ANNOUNCE = "SELECT configuration_changed($1)";

    private final DatabaseClient database;
    private final AuditLog audit;
    private final TransactionalOperator transaction;
    private final MeterRegistry meters;

    Changes(
            DatabaseClient database,
            AuditLog audit,
            TransactionalOperator transaction,
            MeterRegistry meters) {
        this.database = database;
        this.audit = audit;
        this.transaction = transaction;
        this.meters = meters;
    }

    /// @param work tells which subjects changed
    public Mono<Void> make(String resource, String action, Mono<? extends Collection<UUID>> work) {
        return make(resource, action, work, subjects -> subjects).then();
    }

    /// @param subjects which of them changed, from what came of the work
    public <T> Mono<T> make(
            String resource,
            String action,
            Mono<T> work,
            Function<? super T, ? extends Collection<UUID>> subjects) {
        return audited(resource, action, work, done -> announce(Set.copyOf(subjects.apply(done))));
    }

    /// A change that is no business of the gateways'.
    public <T> Mono<T> makeSilently(String resource, String action, Mono<T> work) {
        return audited(resource, action, work, _ -> Mono.empty());
    }

    private <T> Mono<T> audited(
            String resource, String action, Mono<T> work, Function<T, Mono<?>> last) {
        return work.delayUntil(_ -> audit.add(resource, action))
                .delayUntil(last)
                .as(transaction::transactional)
                .doOnSuccess(_ -> count(resource, action));
    }

    private Mono<Long> announce(Set<UUID> subjects) {
        return database.sql(ANNOUNCE).bind(0, subjects.toArray(UUID[]::new)).fetch().rowsUpdated();
    }

    private void count(String resource, String action) {
        Counter.builder("weir.admin.changes")
                .description("Changes made through the admin API")
                .tag("resource", resource)
                .tag("action", action)
                .register(meters)
                .increment();
    }
}
