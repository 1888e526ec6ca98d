package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// Book A: an upstream on a plain socket that writes down every request that arrived.
///
/// The query of a request says how it is answered, see [Conversation].
final class Recorder implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Pattern KEY = Pattern.compile("weir_sk_[0-9A-Za-z]{38}");

    private final ServerSocket server;
    private final Map<String, Arrivals> arrivals = new ConcurrentHashMap<>();
    private final Collection<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong withAKey = new AtomicLong();

    /// What arrived at one path. The bytes of the first few requests are kept.
    static final class Arrivals {

        private static final int KEPT = 100;

        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger inFlight = new AtomicInteger();
        private final AtomicInteger mostInFlight = new AtomicInteger();
        private final Queue<String> first = new ConcurrentLinkedQueue<>();

        int count() {
            return count.get();
        }

        int inFlight() {
            return inFlight.get();
        }

        int mostInFlight() {
            return mostInFlight.get();
        }

        Collection<String> first() {
            return first;
        }

        void begin(String request) {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            if (count.getAndIncrement() < KEPT) {
                first.add(request);
            }
        }

        void end() {
            inFlight.decrementAndGet();
        }
    }

    Recorder() {
        try {
            server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("recorder").start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    Arrivals at(String path) {
        return arrivals.computeIfAbsent(path, _ -> new Arrivals());
    }

    /// How many requests showed a caller's key, whole, in any of their bytes.
    long withAKey() {
        return withAKey.get();
    }

    static boolean holdsAKey(String text) {
        return text.contains("weir_sk_") && KEY.matcher(text).find();
    }

    Arrivals arrived(String path, String request) {
        Arrivals here = at(path);
        here.begin(request);
        if (holdsAKey(request)) {
            withAKey.incrementAndGet();
        }
        return here;
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            new Conversation(this, socket).run();
        } catch (IOException hungUp) {
            // What counts was written down when the request arrived.
        } finally {
            open.remove(socket);
        }
    }
}
