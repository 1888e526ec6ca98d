package io.weir.admin.balance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Reach;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Books in the ledger what gateways have counted as spent, in sums by key, and returns what came
/// back of the budgets of keys that are gone. Several processes may: the ledger's lock puts them in
/// turn.
@Component
class Bookings implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Bookings.class);
    private static final String BOOK = "SELECT book_spending($1 * interval '1 ms', $2) AS booked";
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /// What becomes due meanwhile is booked in one transaction.
    private static final Duration GATHERED = Duration.ofSeconds(1);

    /// Nothing has waited for so long but what is to be returned, which counts as due for ever.
    private static final Duration FOREVER = Duration.ofDays(365_000);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Whoever else needs the ledger waits for one such transaction at most.
    private static final int MOST_KEYS = 200;

    private final DatabaseClient database;
    private final LedgerSettings settings;
    private final Counter booked;
    private final Counter failed;
    private volatile Disposable running = Disposables.disposed();

    Bookings(DatabaseClient database, LedgerSettings settings, MeterRegistry meters) {
        this.database = database;
        this.settings = settings;
        this.booked =
                Counter.builder("weir.ledger.bookings")
                        .description("Sums of spending that were booked, one for each key")
                        .register(meters);
        this.failed =
                Counter.builder("weir.ledger.bookings.failed")
                        .description("Attempts to book spending that failed, and are repeated")
                        .register(meters);
    }

    @Override
    public void start() {
        Duration delay = settings.bookingDelay();
        long every = Math.clamp(delay.toMillis(), INTERVAL.toMillis(), GATHERED.toMillis());
        running =
                Flux.merge(booking(INTERVAL, FOREVER), booking(Duration.ofMillis(every), delay))
                        .subscribe();
    }

    private Flux<Integer> booking(Duration every, Duration waited) {
        return Flux.interval(every).onBackpressureDrop().concatMap(_ -> bookDue(waited), 1);
    }

    private Mono<Integer> bookDue(Duration waited) {
        return book(waited)
                .expand(keys -> keys < MOST_KEYS ? Mono.empty() : book(waited))
                .last()
                .onErrorResume(
                        failure -> {
                            failed.increment();
                            log.warn("Could not book what was spent: {}", failure.toString());
                            return Mono.empty();
                        });
    }

    private Mono<Integer> book(Duration waited) {
        return database.sql(BOOK)
                .bind(0, waited.toMillis())
                .bind(1, MOST_KEYS)
                .map(row -> Values.get(row, "booked", Integer.class))
                .one()
                .timeout(PATIENCE)
                .doOnNext(booked::increment)
                .contextWrite(Reach::ours);
    }

    @Override
    public void stop() {
        running.dispose();
    }

    @Override
    public boolean isRunning() {
        return !running.isDisposed();
    }
}
