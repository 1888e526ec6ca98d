package io.weir.admin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/// An OpenID provider on this machine, as far as its keys are asked for.
public final class Issuer implements AutoCloseable {

    public static final String AUDIENCE = "weir";

    private final DisposableServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile ECKey key = newKey("first");

    public Issuer() {
        server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .route(
                                routes ->
                                        routes.get(
                                                        "/.well-known/openid-configuration",
                                                        (_, answer) ->
                                                                answer.sendString(
                                                                        Mono.just(discovery())))
                                                .get(
                                                        "/keys",
                                                        (_, answer) ->
                                                                answer.sendString(
                                                                        Mono.fromSupplier(
                                                                                this::keys))))
                        .bindNow(Duration.ofSeconds(10));
    }

    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    public int asked() {
        return asked.get();
    }

    /// Signs with another key from now on.
    public void rotate(String name) {
        key = newKey(name);
    }

    /// As it is valid, before a test changes what it is about.
    public JWTClaimsSet.Builder claims(Map<String, Object> more) {
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(url())
                        .subject("somebody")
                        .audience(AUDIENCE)
                        .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        more.forEach(claims::claim);
        return claims;
    }

    public String sign(JWTClaimsSet.Builder claims) {
        return sign(claims, key);
    }

    public static String sign(JWTClaimsSet.Builder claims, ECKey key) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
            var token = new SignedJWT(header, claims.build());
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static ECKey newKey(String name) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(name).generate();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private String discovery() {
        return "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/keys\"}".formatted(url());
    }

    private String keys() {
        asked.incrementAndGet();
        return new JWKSet(List.of(key.toPublicJWK())).toString();
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
