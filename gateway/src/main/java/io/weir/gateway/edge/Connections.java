package io.weir.gateway.edge;

import io.netty.channel.Channel;
import io.weir.gateway.edge.EdgeMeters.Reason;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many connections there are, in all and of each address. One too many is closed unanswered.
///
/// The map holds open connections only, so it is no larger than their number.
final class Connections {

    private final int most;
    private final int mostOfOne;
    private final TrustedProxies proxies;
    private final EdgeMeters meters;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<ByteBuffer, Integer> each = new ConcurrentHashMap<>();

    Connections(EdgeSettings settings, TrustedProxies proxies, EdgeMeters meters) {
        this.most = settings.connections();
        this.mostOfOne = settings.connectionsPerAddress();
        this.proxies = proxies;
        this.meters = meters;
        meters.watchConnections(all::get);
    }

    /// Whether it may stay; it is counted until it closes.
    boolean admit(Channel channel) {
        all.incrementAndGet();
        ByteBuffer address = address(channel);
        int ofOne = address == null ? 0 : each.merge(address, 1, Integer::sum);
        var _ = channel.closeFuture().addListener(_ -> gone(address));
        if (all.get() > most) {
            meters.closed(Reason.TOO_MANY);
            return false;
        }
        if (ofOne > mostOfOne) {
            meters.closed(Reason.TOO_MANY_OF_ONE);
            return false;
        }
        return true;
    }

    private void gone(@Nullable ByteBuffer address) {
        all.decrementAndGet();
        if (address != null) {
            each.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /// Nothing for proxies: all their callers share their address.
    private @Nullable ByteBuffer address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress peer
                        && peer.getAddress() != null
                        && !proxies.trust(peer.getAddress())
                ? Network.of(peer.getAddress())
                : null;
    }
}
