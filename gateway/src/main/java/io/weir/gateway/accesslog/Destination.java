package io.weir.gateway.accesslog;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where lines go. A file may be moved away at any time, as those do who rotate logs: a new one is
/// begun within a second. Used by one thread.
interface Destination extends Closeable {

    void write(String line) throws IOException;

    void flush() throws IOException;

    static Destination standardOutput() {
        return new Buffered(
                new OutputStreamWriter(
                        new FileOutputStream(FileDescriptor.out), StandardCharsets.US_ASCII));
    }

    /// @throws IOException if it can't be written to
    static Destination file(Path path) throws IOException {
        return new AppendedFile(path, AppendedFile.LOOK_AGAIN);
    }

    /// Never closed: what else the process prints goes there too.
    final class Buffered implements Destination {

        private final Writer out;

        Buffered(Writer out) {
            this.out = new BufferedWriter(out);
        }

        @Override
        public void write(String line) throws IOException {
            out.write(line);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }

    /// The file of this path, whichever that is just then.
    final class AppendedFile implements Destination {

        static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

        private final Path path;
        private final long lookAgain;
        private Writer out;
        private @Nullable Object identity;
        private long looked = System.nanoTime();

        /// @param lookAgain after how many nanoseconds it is looked whether it was moved
        AppendedFile(Path path, long lookAgain) throws IOException {
            this.path = path;
            this.lookAgain = lookAgain;
            this.out = open();
            this.identity = identity();
        }

        @Override
        public void write(String line) throws IOException {
            if (System.nanoTime() - looked >= lookAgain) {
                look();
            }
            out.write(line);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }

        private void look() throws IOException {
            looked = System.nanoTime();
            Object now = identity();
            if (now == null || !now.equals(identity)) {
                Writer moved = out;
                out = open();
                identity = identity();
                moved.close();
            }
        }

        private Writer open() throws IOException {
            return Files.newBufferedWriter(
                    path,
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }

        private @Nullable Object identity() throws IOException {
            try {
                return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            } catch (NoSuchFileException moved) {
                return null;
            }
        }
    }
}
