package io.weir.gateway.tls;

import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.netty.tcp.SslProvider.ProtocolSslContextSpec;
import reactor.netty.tcp.SslProvider.SslContextSpec;

/// In the place of the host's, which reads what upstreams are shown and who may vouch for them
/// once, at start.
@Component
@Primary
final class UpstreamTls extends HttpClientSslConfigurer {

    private final List<RenewedSslContext> contexts = new CopyOnWriteArrayList<>();

    UpstreamTls(HttpClientProperties client, ServerProperties server, SslBundles bundles) {
        super(client.getSsl(), server, bundles);
        if (TlsFiles.UPSTREAMS.equals(client.getSsl().getSslBundle())) {
            bundles.addBundleUpdateHandler(
                    TlsFiles.UPSTREAMS, _ -> contexts.forEach(RenewedSslContext::renew));
        }
    }

    @Override
    protected void configureSslContext(HttpClientProperties.Ssl ssl, SslContextSpec client) {
        try {
            var context = new RenewedSslContext(() -> specified(ssl).call());
            contexts.add(context);
            client.sslContext(context)
                    .handshakeTimeout(ssl.getHandshakeTimeout())
                    .closeNotifyFlushTimeout(ssl.getCloseNotifyFlushTimeout())
                    .closeNotifyReadTimeout(ssl.getCloseNotifyReadTimeout());
        } catch (Exception unusable) {
            throw new IllegalStateException("The certificates for upstreams", unusable);
        }
    }

    private Callable<SslContext> specified(HttpClientProperties.Ssl ssl) {
        var seen = new Seen();
        super.configureSslContext(ssl, seen);
        return Objects.requireNonNull(seen.making);
    }

    /// What the host specifies now.
    private static final class Seen implements SslContextSpec {

        private @Nullable Callable<SslContext> making;

        @Override
        @SuppressWarnings("deprecation") // has to be implemented: the host calls it
        public SslProvider.Builder sslContext(ProtocolSslContextSpec specified) {
            return sslContext((GenericSslContextSpec<?>) specified);
        }

        @Override
        public SslProvider.Builder sslContext(GenericSslContextSpec<?> specified) {
            making = specified::sslContext;
            return SslProvider.builder().sslContext(specified);
        }

        @Override
        public SslProvider.Builder sslContext(SslContext context) {
            making = () -> context;
            return SslProvider.builder().sslContext(context);
        }
    }
}
