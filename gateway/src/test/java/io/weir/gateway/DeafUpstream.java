package io.weir.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// An upstream that listens and takes no connection, as its queue is full.
final class DeafUpstream {

    private static final int QUEUE = 1;

    private final ServerSocket server;
    private final List<SocketChannel> queue = new ArrayList<>();

    DeafUpstream() {
        try {
            server = new ServerSocket(0, QUEUE, InetAddress.getLoopbackAddress());
            for (int i = 0; i < QUEUE + 3; i++) {
                queue.add(knocking());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// Those for which there is room are connected at once, as all are on this machine.
    private SocketChannel knocking() throws IOException {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        return socket;
    }
}
