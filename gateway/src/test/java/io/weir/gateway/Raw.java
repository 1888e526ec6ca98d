package io.weir.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A connection on which bytes are sent as they are.
final class Raw implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    private Raw(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// @param from a loopback address
    static Raw connect(String from, int port) {
        return connect(from, port, 0);
    }

    /// @param window of bytes that may be on their way here unread, 0 for the usual
    static Raw connect(String from, int port, int window) {
        try {
            var socket = new Socket();
            if (window > 0) {
                socket.setReceiveBufferSize(window);
            }
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Wire.DEADLINE.toMillis());
            return new Raw(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Whether it could be sent.
    boolean send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    boolean send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    /// What is answered until the other side closes; nothing, if it breaks off.
    String ask(String request) {
        send(request);
        return rest();
    }

    String rest() {
        var all = new ByteArrayOutputStream();
        try {
            var part = new byte[8192];
            int count = in.read(part);
            while (count >= 0) {
                all.write(part, 0, count);
                count = in.read(part);
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("Still open after " + all.toString(ISO_8859_1), open);
        } catch (IOException reset) {
            return all.toString(ISO_8859_1);
        }
        return all.toString(ISO_8859_1);
    }

    /// What comes until a text has come.
    String until(String end) {
        var all = new StringBuilder();
        while (all.indexOf(end) < 0) {
            int next = read();
            if (next < 0) {
                throw new AssertionError("Closed after " + all);
            }
            all.append((char) next);
        }
        return all.toString();
    }

    /// A byte, or -1 if it is closed.
    int read() {
        try {
            return in.read();
        } catch (SocketTimeoutException open) {
            throw new AssertionError("Still open", open);
        } catch (IOException reset) {
            return -1;
        }
    }

    /// Whether nothing comes and nobody closes it for so long.
    boolean isQuietFor(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            in.read();
            return false;
        } catch (SocketTimeoutException quiet) {
            return true;
        } catch (IOException reset) {
            return false;
        } finally {
            patient();
        }
    }

    /// Reads on until nothing comes for so long.
    void untilQuietFor(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            while (in.read() >= 0) {
                // on
            }
            throw new AssertionError("Closed");
        } catch (SocketTimeoutException quiet) {
            patient();
        } catch (IOException reset) {
            throw new UncheckedIOException(reset);
        }
    }

    private void patient() {
        try {
            socket.setSoTimeout((int) Wire.DEADLINE.toMillis());
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
