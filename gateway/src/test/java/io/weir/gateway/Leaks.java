package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/// Looks for buffers that nobody released, among all that are allocated until it is closed.
final class Leaks implements AutoCloseable {

    private static final String MARK = "leaked to see that it is found";

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LOOKS_BETWEEN_COLLECTIONS = 50;

    private final Logger logger =
            (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class.getName());
    private final Level before = ResourceLeakDetector.getLevel();
    private final Reports reports = new Reports();

    private static final class Reports extends AppenderBase<ILoggingEvent> {

        private final Queue<String> all = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            all.add(event.getFormattedMessage());
        }
    }

    private Leaks() {
        reports.start();
        logger.addAppender(reports);
        ResourceLeakDetector.setLevel(Level.PARANOID);
    }

    static Leaks watched() {
        return new Leaks();
    }

    /// What leaked until now. A buffer that is leaked on purpose shows that leaks are found.
    List<String> found() {
        long before = marked();
        leak();
        var looks = new AtomicInteger();
        eventually(
                PATIENCE,
                () -> {
                    if (looks.getAndIncrement() % LOOKS_BETWEEN_COLLECTIONS == 0) {
                        System.gc();
                    }
                    ByteBufAllocator.DEFAULT.buffer().release();
                    return marked() > before;
                });
        return reports.all.stream().filter(each -> !each.contains(MARK)).toList();
    }

    private long marked() {
        return reports.all.stream().filter(each -> each.contains(MARK)).count();
    }

    private static void leak() {
        // each report is given once only, so each has to be another one
        ByteBufAllocator.DEFAULT.buffer().touch(MARK + " " + System.nanoTime());
    }

    @Override
    public void close() {
        ResourceLeakDetector.setLevel(before);
        logger.detachAppender(reports);
        reports.stop();
    }
}
