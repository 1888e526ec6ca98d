package io.weir.gateway.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What connections hold that were used once and are kept open, and whether those in use notice.
/// All of it is over before the edge closes them, which it does after a minute.
final class IdleConnections {

    private static final String ID = "idle_connections";
    private static final int COUNT = 10_000;
    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Target weir;
    private final Management management;
    private final Load load;

    IdleConnections(Target weir, Management management, Load load) {
        this.weir = weir;
        this.management = management;
        this.load = load;
    }

    List<Figure> measure() {
        var loops = Sockets.loops(1);
        try {
            long heap = weir.liveHeap();
            long direct = management.direct();
            var visitors = new Visitors(weir, loops.next(), COUNT);
            visitors.arrived().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            long heapOfAll = weir.liveHeap() - heap;
            long directOfAll = management.direct() - direct;
            Load.Report others = load.run(weir, LENGTH);
            return figures(heapOfAll, directOfAll, others, visitors.gone());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(COUNT + " connections could not be opened", failed);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static List<Figure> figures(long heap, long direct, Load.Report others, int gone) {
        return List.of(
                new Figure(ID, "connections", "connections that nobody uses", COUNT),
                new Figure(ID, "heap_bytes_each", "bytes of heap for each", heap / (double) COUNT),
                new Figure(
                        ID,
                        "direct_bytes_each",
                        "bytes of buffers beside it",
                        direct / (double) COUNT),
                new Figure(
                        ID,
                        "rps",
                        "requests/s on other connections meanwhile",
                        others.requests() * 1e9 / others.length().toNanos()),
                new Figure(ID, "p99_us", "us, the p99 of these", others.p99().toNanos() / 1e3),
                Figure.errors(ID, others.errors() + gone));
    }
}
