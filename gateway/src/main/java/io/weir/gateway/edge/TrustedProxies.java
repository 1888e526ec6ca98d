package io.weir.gateway.edge;

import io.weir.quota.policy.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Whose word is taken for where a request came from.
final class TrustedProxies {

    private final List<AddressRange> ranges;

    TrustedProxies(List<AddressRange> ranges) {
        this.ranges = ranges;
    }

    boolean trust(InetAddress peer) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).holds(peer)) {
                return true;
            }
        }
        return false;
    }

    /// The last one before the proxies that are trusted: what stands further left was perhaps put
    /// there by the caller.
    ///
    /// @param peer a trusted proxy
    /// @param forwardedFor the values of `X-Forwarded-For`, in their order
    InetSocketAddress caller(InetSocketAddress peer, List<String> forwardedFor) {
        InetSocketAddress caller = peer;
        String[] hops = String.join(",", forwardedFor).split(",");
        for (int i = hops.length - 1; i >= 0; i--) {
            try {
                caller = new InetSocketAddress(InetAddress.ofLiteral(address(hops[i].strip())), 0);
            } catch (IllegalArgumentException noAddress) {
                return caller;
            }
            if (!trust(caller.getAddress())) {
                return caller;
            }
        }
        return caller;
    }

    /// Without the port that some proxies add.
    private static String address(String hop) {
        if (hop.startsWith("[") && hop.indexOf(']') > 0) {
            return hop.substring(1, hop.indexOf(']'));
        }
        int colon = hop.indexOf(':');
        return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }
}
