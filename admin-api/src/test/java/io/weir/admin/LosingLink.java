package io.weir.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A link to the database that loses what the server says to some commits: the server has
/// committed, and whoever asked finds the connection closed.
final class LosingLink implements AutoCloseable {

    private static final String COMMIT = "COMMIT\0";

    private static final Logger log = LoggerFactory.getLogger(LosingLink.class);

    private final ServerSocket listening;
    private final int server;
    private final ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile int every = Integer.MAX_VALUE;

    LosingLink(int server) {
        try {
            this.server = server;
            this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        pumps.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// From now on one reply in so many is lost.
    void loseOneIn(int commitsBetween) {
        every = commitsBetween;
    }

    int lost() {
        return lost.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket caller = listening.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), server);
                var losing = new AtomicBoolean();
                pumps.execute(() -> ask(caller, database, losing));
                pumps.execute(() -> answer(caller, database, losing));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void ask(Socket caller, Socket database, AtomicBoolean losing) {
        var buffer = new byte[64 * 1024];
        try (caller;
                database) {
            InputStream in = caller.getInputStream();
            OutputStream out = database.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (isCommit(buffer, read) && commits.incrementAndGet() % every == 0) {
                    losing.set(true);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException closed) {
            log.debug("One side of the link is closed", closed);
        }
    }

    private void answer(Socket caller, Socket database, AtomicBoolean losing) {
        var buffer = new byte[64 * 1024];
        try (caller;
                database) {
            InputStream in = database.getInputStream();
            OutputStream out = caller.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (losing.get()) {
                    lost.incrementAndGet();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException closed) {
            log.debug("One side of the link is closed", closed);
        }
    }

    private static boolean isCommit(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(COMMIT);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        pumps.shutdownNow();
    }
}
