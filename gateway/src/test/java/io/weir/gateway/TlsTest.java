package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.weir.gateway.World.Customer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/// A gateway that speaks TLS with its callers, and proves to its upstream who it is.
@Tag("blocking")
class TlsTest {

    static final World world = World.INSTANCE;
    static final Certificate first = Certificate.of("first");
    static final Certificate renewed = Certificate.of("renewed");
    static final Certificate ours = Certificate.of("gateway");
    static final Certificate theirs = Certificate.of("upstream");

    static Path folder;
    static Path client;
    static DisposableServer upstream;
    static DisposableServer stranger;
    static ConfigurableApplicationContext gateway;
    static int port;

    final Customer customer = world.customer(1_000, "1000, 50");

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("weir-tls");
        client = Files.createDirectory(folder.resolve("client"));
        first.writeTo(folder);
        ours.writeTo(client);
        Path authorities = Files.writeString(folder.resolve("ca.crt"), theirs.certificate());
        upstream = upstream(theirs);
        stranger = upstream(first);
        gateway =
                run(
                        "weir.tls.certificate=" + folder.resolve("tls.crt"),
                        "weir.tls.private-key=" + folder.resolve("tls.key"),
                        "weir.tls.upstream-certificate=" + client.resolve("tls.crt"),
                        "weir.tls.upstream-private-key=" + client.resolve("tls.key"),
                        "weir.tls.upstream-authorities=" + authorities,
                        "spring.ssl.bundle.watch.file.quiet-period=200ms",
                        "server.http2.enabled=true");
        port = World.port(gateway);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.disposeNow();
        stranger.disposeNow();
    }

    @ParameterizedTest
    @CsvSource({"HTTP11, HTTP/1.1", "H2, HTTP/2.0"})
    void callersAreServedAndTheUpstreamKnowsWhoAsks(HttpProtocol protocol, String version) {
        String seen = get(protocol);

        assertThat(seen).isEqualTo("200 " + version + " CN=gateway");
        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void whoSpeaksNoTlsIsNotServed() {
        assertThatThrownBy(
                        () ->
                                HttpClient.create()
                                        .get()
                                        .uri("http://127.0.0.1:%d/mutual/a".formatted(port))
                                        .response()
                                        .block(Wire.DEADLINE))
                .isNotNull();
    }

    @Test
    void anUpstreamThatTheAuthoritiesDoNotKnowIsNotAsked() {
        String told = get("/stranger/a", HttpProtocol.HTTP11);

        assertThat(told).startsWith("502");
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        assertThat(shown()).isEqualTo("CN=first");

        renewed.writeTo(folder);

        eventually(() -> shown().equals("CN=renewed"));
        assertThat(get(HttpProtocol.H2)).startsWith("200");
        first.writeTo(folder);
        eventually(() -> shown().equals("CN=first"));
    }

    @Test
    void aRenewedCertificateIsShownToUpstreamsWithoutARestart() throws Exception {
        assertThat(get(HttpProtocol.HTTP11)).endsWith("CN=gateway");

        renewed.writeTo(client);

        eventually(() -> get(HttpProtocol.HTTP11).endsWith("CN=renewed"));
        ours.writeTo(client);
        eventually(() -> get(HttpProtocol.HTTP11).endsWith("CN=gateway"));
    }

    @Test
    void aFileThatIsNoCertificateChangesNothing() throws Exception {
        Files.writeString(folder.resolve("tls.crt"), "garbage");
        eventually(() -> shown().equals("CN=first"));
        renewed.writeTo(folder);
        eventually(() -> shown().equals("CN=renewed"));
        first.writeTo(folder);
        eventually(() -> shown().equals("CN=first"));
    }

    @ParameterizedTest
    @CsvSource({
        "weir.tls.certificate, weir.tls.private-key",
        "weir.tls.private-key, weir.tls.certificate",
        "weir.tls.upstream-certificate, weir.tls.upstream-private-key"
    })
    void oneFileOfTwoIsAMistakeThatShows(String named, String missing) {
        assertThatThrownBy(() -> run(named + "=" + folder.resolve("tls.crt")))
                .hasStackTraceContaining(named)
                .hasStackTraceContaining(missing);
    }

    private String get(HttpProtocol protocol) {
        return get("/mutual/a", protocol);
    }

    private String get(String path, HttpProtocol protocol) {
        return Objects.requireNonNull(
                HttpClient.create()
                        .protocol(protocol)
                        .secure(spec -> spec.sslContext(trusting(protocol)))
                        .headers(sent -> sent.set("authorization", "Bearer " + customer.secret()))
                        .get()
                        .uri("https://127.0.0.1:" + port + path)
                        .responseSingle(
                                (response, body) ->
                                        body.asString()
                                                .map(
                                                        text ->
                                                                "%s %s %s"
                                                                        .formatted(
                                                                                response.status()
                                                                                        .code(),
                                                                                response.version(),
                                                                                text)))
                        .block(Wire.DEADLINE));
    }

    private static SslContext trusting(HttpProtocol protocol) {
        try {
            return protocol == HttpProtocol.H2
                    ? Http2SslContextSpec.forClient()
                            .configure(
                                    builder ->
                                            builder.trustManager(
                                                    InsecureTrustManagerFactory.INSTANCE))
                            .sslContext()
                    : SslContextBuilder.forClient()
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .build();
        } catch (SSLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Whose certificate a new connection is shown.
    private static String shown() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            SSLSocketFactory sockets = context.getSocketFactory();
            try (var socket = (SSLSocket) sockets.createSocket("127.0.0.1", port)) {
                return name(socket.getSession().getPeerCertificates()[0]);
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String name(java.security.cert.Certificate certificate) {
        return ((X509Certificate) certificate).getSubjectX500Principal().getName();
    }

    /// Answers with whose certificate it was shown, on a connection for each request.
    private static DisposableServer upstream(Certificate shown) throws Exception {
        SslContext context =
                SslContextBuilder.forServer(pem(shown.certificate()), pem(shown.privateKey()))
                        .trustManager(pem(ours.certificate() + renewed.certificate()))
                        .clientAuth(ClientAuth.REQUIRE)
                        .build();
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .maxKeepAliveRequests(1)
                .secure(spec -> spec.sslContext(context))
                .handle(
                        (request, response) -> {
                            var names = new ArrayList<String>();
                            request.withConnection(
                                    connection -> names.add(peer(connection.channel())));
                            return response.sendString(Mono.just(names.getFirst()));
                        })
                .bindNow();
    }

    private static String peer(io.netty.channel.Channel channel) {
        try {
            return name(
                    channel.pipeline()
                            .get(io.netty.handler.ssl.SslHandler.class)
                            .engine()
                            .getSession()
                            .getPeerCertificates()[0]);
        } catch (SSLException unknown) {
            return "nobody";
        }
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ConfigurableApplicationContext run(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        route(all, 0, "mutual", "https://127.0.0.1:" + upstream.port());
        route(all, 1, "stranger", "https://127.0.0.1:" + stranger.port());
        return world.gateway(all);
    }

    private static void route(List<String> settings, int place, String id, String upstream) {
        String at = "spring.cloud.gateway.server.webflux.routes[%d].".formatted(place);
        settings.add(at + "id=" + id);
        settings.add(at + "uri=" + upstream);
        settings.add(at + "predicates[0]=Path=/" + id + "/**");
        settings.add(at + "filters[0]=StripPrefix=1");
    }
}
