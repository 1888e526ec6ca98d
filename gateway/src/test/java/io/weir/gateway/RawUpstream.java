package io.weir.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An upstream on a plain socket that fails as it is told to: by the query of a request, as in
/// `does=hang`, or all of them.
final class RawUpstream implements AutoCloseable {

    static final int LARGE = 24 << 20;

    private static final int BACKLOG = 512;
    private static final Pattern DOES = Pattern.compile("[?&]does=([a-z]+)");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final String OK =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
                    + "{\"served\":true}";

    private final ServerSocket server;
    private final Collection<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String all = "";

    RawUpstream() {
        this(0);
    }

    RawUpstream(int port) {
        try {
            server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /// How many requests arrived, but for health checks.
    int asked() {
        return asked.get();
    }

    /// Forgets what it was told and what arrived, for another test.
    void clear() {
        all = "";
        asked.set(0);
    }

    /// From now on all requests are answered so; `ill` concerns health checks alone.
    void does(String what) {
        all = what;
    }

    @Override
    public void close() {
        end.countDown();
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
            String head = head(socket);
            while (!head.isEmpty() && answer(head, socket)) {
                head = head(socket);
            }
        } catch (IOException hungUp) {
            // whoever asked knows how it ended
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /// Whether another request may follow.
    private boolean answer(String head, Socket socket) throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        if (head.startsWith("GET /health ")) {
            write(out, all.equals("ill") ? "HTTP/1.1 500 Ill\r\nContent-Length: 0\r\n\r\n" : OK);
            return true;
        }
        asked.incrementAndGet();
        Matcher told = DOES.matcher(head.substring(0, head.indexOf('\r')));
        switch (told.find() ? told.group(1) : all) {
            case "hang" -> end.await();
            case "droponce" -> {
                if (asked.get() == 1) {
                    return false;
                }
                end.await();
            }
            case "drop" -> {
                return false;
            }
            case "reset" -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            case "garbage" -> {
                write(out, "220 mail.example.com ESMTP\r\n\r\n");
                return false;
            }
            case "fail" -> write(out, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
            case "stall" -> {
                write(
                        out,
                        "HTTP/1.1 200 OK\r\nX-Cost: 0.25\r\nETag: \"a\"\r\nContent-Length: 1000\r\n\r\n{");
                end.await();
            }
            case "stalllater" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n{");
                end.await();
            }
            case "trickle" -> trickle(out);
            case "large" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                out.write(new byte[LARGE]);
            }
            default -> write(out, OK);
        }
        return true;
    }

    private static void trickle(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
        for (int i = 0; i < 8; i++) {
            LockSupport.parkNanos(150_000_000);
            write(out, "x");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /// The head of the next request, whose body is read too; empty if there is none.
    private static String head(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
        }
        return head.toString();
    }
}
