package io.weir.quota.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// The connections of a pool, each lent to one question at a time.
///
/// Who asks gives up waiting at some time; then nobody knows whether the server will ever say
/// another word on that connection. The pool would lend it out again, for the next question to wait
/// behind the one that hangs. So it is closed, and the pool, which finds it closed, makes a new
/// one.
record Connections(ConnectionPool pool) {

    /// A socket that takes no more bytes does not hold up the release.
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    /// Lends a connection until the answer is there, or is waited for no more.
    <T> Mono<T> ask(Function<Connection, Mono<T>> question) {
        return Mono.usingWhen(
                pool.create(),
                question,
                Connection::close,
                (connection, _) -> connection.close(),
                Connections::discard);
    }

    private static Mono<Void> discard(Connection lent) {
        Mono<Void> closed =
                lent instanceof Wrapped<?> wrapped && wrapped.unwrap() instanceof Connection own
                        ? Mono.from(own.close()).timeout(GOODBYE).onErrorComplete()
                        : Mono.empty();
        return closed.then(Mono.from(lent.close()));
    }

    int acquired() {
        return pool.getMetrics().map(PoolMetrics::acquiredSize).orElse(0);
    }

    int allocated() {
        return pool.getMetrics().map(PoolMetrics::allocatedSize).orElse(0);
    }
}
