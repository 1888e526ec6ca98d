package io.weir.gateway.edge;

import io.weir.quota.policy.AddressRange;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What callers may ask of the gateway's connections.
///
/// @param headTimeout from the first byte of a request to the end of its header fields
/// @param idleTimeout between requests
/// @param bodyTimeout how often it is looked whether a body still arrives
/// @param bodyRate the least of a body that has to arrive in a second
/// @param writeTimeout how long a caller may leave what it was sent without reading any of it
/// @param headerSize of all header fields of a request together, names and values
/// @param headers the most header fields of a request
/// @param urlSize of a request's target
/// @param bodySize of a request; routes may have their own, as `max-request-body`
/// @param connections the most that are open at a time
/// @param connectionsPerAddress the most of them from one IPv4 address or IPv6 network (/64)
/// @param unknownKeys how many keys that nobody holds an address may have looked up in a minute
/// @param requestsPerConnection after which it is closed
/// @param streams the most requests at a time on one HTTP/2 connection
/// @param resets the most streams of one HTTP/2 connection that are broken off in 30 seconds
/// @param trustedProxies addresses or networks whose `X-Forwarded-For` is believed
@ConfigurationProperties("weir.edge")
record EdgeSettings(
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("1KB") DataSize bodyRate,
        @DefaultValue("30s") Duration writeTimeout,
        @DefaultValue("16KB") DataSize headerSize,
        @DefaultValue("100") int headers,
        @DefaultValue("8KB") DataSize urlSize,
        @DefaultValue("32MB") DataSize bodySize,
        @DefaultValue("20000") int connections,
        @DefaultValue("1000") int connectionsPerAddress,
        @DefaultValue("100") int unknownKeys,
        @DefaultValue("10000") int requestsPerConnection,
        @DefaultValue("100") int streams,
        @DefaultValue("200") int resets,
        @DefaultValue List<String> trustedProxies) {

    EdgeSettings {
        positive("head-timeout", headTimeout.toMillis());
        positive("idle-timeout", idleTimeout.toMillis());
        positive("body-timeout", bodyTimeout.toMillis());
        positive("write-timeout", writeTimeout.toMillis());
        size("header-size", headerSize);
        positive("headers", headers);
        size("url-size", urlSize);
        positive("body-size", bodySize.toBytes());
        positive("connections", connections);
        positive("connections-per-address", connectionsPerAddress);
        positive("unknown-keys", unknownKeys);
        positive("requests-per-connection", requestsPerConnection);
        positive("streams", streams);
        positive("resets", resets);
        trustedProxies.forEach(EdgeSettings::range);
    }

    List<AddressRange> proxies() {
        return trustedProxies.stream().map(EdgeSettings::range).toList();
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "weir.edge.trusted-proxies: '%s' is no address or network"
                                                .formatted(text)));
    }

    private static void size(String name, DataSize size) {
        positive(name, size.toBytes());
        if (size.toBytes() > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("weir.edge.%s is too large".formatted(name));
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "weir.edge.%s must be positive, was: %d".formatted(name, value));
        }
    }
}
