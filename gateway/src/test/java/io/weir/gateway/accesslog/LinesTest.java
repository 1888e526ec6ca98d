package io.weir.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.accesslog.Entry.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinesTest {

    private static final int THREADS = 4;
    private static final int EACH = 2_000;

    @TempDir Path folder;

    @Test
    void linesOfManyThreadsAreEachWrittenOnceAndWhole() throws Exception {
        Path file = folder.resolve("access.log");
        var lines = new Lines(Destination.file(file));
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                String prefix = "/" + thread + "/";
                threads.execute(
                        () -> {
                            for (int i = 0; i < EACH; i++) {
                                lines.add(entry(prefix + i));
                            }
                        });
            }
        }
        lines.close();

        assertThat(Files.readAllLines(file))
                .hasSize(THREADS * EACH)
                .doesNotHaveDuplicates()
                .allMatch(line -> line.startsWith("{\"time\":") && line.endsWith("}"));
        assertThat(lines.lost()).isZero();
    }

    @Test
    void whereTheDiskIsSlowLinesAreLeftOutAndCounted() throws Exception {
        var stuck = new CountDownLatch(1);
        var kept = new ArrayList<String>();
        var lines = new Lines(new Slow(stuck, kept));
        int all = Lines.MOST + 1_000;
        for (int i = 0; i < all; i++) {
            lines.add(entry("/" + i));
        }
        stuck.countDown();
        lines.close();

        assertThat(lines.lost()).isPositive().isLessThanOrEqualTo(1_000);
        assertThat(kept).hasSize(all - (int) lines.lost());
    }

    @Test
    void aFileThatIsMovedAwayIsBegunAnew() throws Exception {
        Path file = folder.resolve("access.log");
        Path moved = folder.resolve("access.log.1");
        try (var destination = new Destination.AppendedFile(file, 0)) {
            destination.write("one\n");
            destination.flush();
            Files.move(file, moved);
            destination.write("two\n");
            destination.flush();
        }

        assertThat(moved).hasContent("one\n");
        assertThat(file).hasContent("two\n");
    }

    private static Entry entry(String uri) {
        return new Entry(0, 0, new Asked("127.0.0.1", "GET", uri, "HTTP/1.1", null, null, null));
    }

    private record Slow(CountDownLatch stuck, List<String> kept) implements Destination {

        @Override
        public void write(String line) throws IOException {
            try {
                stuck.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
            kept.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
