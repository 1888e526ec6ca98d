package io.weir.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The latest of those that are made alike. Each has sessions of its own: none goes on with what an
/// older certificate began.
final class RenewedSslContext extends SslContext {

    private static final Logger log = LoggerFactory.getLogger(RenewedSslContext.class);

    private final Callable<SslContext> making;
    private volatile SslContext latest;

    /// @param making of what is in the files at that time
    RenewedSslContext(Callable<SslContext> making) throws Exception {
        this.making = making;
        this.latest = making.call();
    }

    /// For the connections to come. What can't be used changes nothing.
    void renew() {
        try {
            latest = making.call();
        } catch (Exception unusable) {
            log.warn("The certificates for upstreams stay as they were", unusable);
        }
    }

    @Override
    public boolean isClient() {
        return latest.isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return latest.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // has to be implemented, and its name is in the signature
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return latest.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return latest.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return latest.newEngine(allocator, host, port);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return latest.sessionContext();
    }
}
