package io.weir.gateway.accesslog;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/// Entries on their way to the log. Nobody who adds one waits: neither for the disk nor for a lock.
final class Lines implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Lines.class);

    /// What is kept while the disk is slow.
    static final int MOST = 1 << 16;

    private static final long GOODBYE_MILLIS = 2_000;

    private final Destination destination;
    private final Queue<Entry> waiting = Queues.<Entry>unboundedMultiproducer().get();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder lost = new LongAdder();
    private final Thread writer;
    private volatile boolean idle;
    private volatile boolean closed;
    private boolean failing;

    Lines(Destination destination) {
        this.destination = destination;
        this.writer = Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    void add(Entry entry) {
        if (size.incrementAndGet() > MOST) {
            size.decrementAndGet();
            lost.increment();
            return;
        }
        waiting.add(entry);
        if (idle) {
            idle = false;
            LockSupport.unpark(writer);
        }
    }

    /// Lines that were left out.
    double lost() {
        return lost.doubleValue();
    }

    /// Writes what has been added so far.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(GOODBYE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean last = closed;
            writeAll();
            if (last) {
                attempt(destination::close);
                return;
            }
            idle = true;
            if (waiting.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            idle = false;
        }
    }

    private void writeAll() {
        @Nullable Entry entry = waiting.poll();
        while (entry != null) {
            size.decrementAndGet();
            String line = Line.of(entry);
            if (!attempt(() -> destination.write(line))) {
                lost.increment();
            }
            entry = waiting.poll();
        }
        attempt(destination::flush);
    }

    private interface Writing {
        void run() throws java.io.IOException;
    }

    /// Whether it went well; the first failure in a row is told.
    private boolean attempt(Writing writing) {
        try {
            writing.run();
            failing = false;
            return true;
        } catch (java.io.IOException failure) {
            if (!failing) {
                log.warn("The access log can't be written: {}", failure.toString());
            }
            failing = true;
            return false;
        }
    }
}
