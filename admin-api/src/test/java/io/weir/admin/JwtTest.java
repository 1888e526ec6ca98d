package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Tokens of somebody else's issuer, where one is trusted.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtTest {

    private static final Map<String, Object> OPERATOR =
            Map.of("weir_role", "operator", "scope", "openid resellers:read clients:write");

    final Issuer issuer = new Issuer();
    Running.Recorded started;

    @BeforeAll
    void start() {
        started =
                Running.recorded(
                        Running.shared().server,
                        Map.of(
                                "weir.access.admin-token", Running.TOKEN,
                                "weir.access.jwt.issuer", issuer.url(),
                                "weir.access.jwt.audience", Issuer.AUDIENCE));
    }

    @AfterAll
    void stop() {
        started.close();
        issuer.close();
    }

    @Test
    void anOperatorDoesWhatItsScopesAllow() {
        Api api = with(issuer.sign(issuer.claims(OPERATOR)));

        api.get("/resellers").expectStatus().isOk();
        api.get("/prices").expectStatus().isForbidden();
    }

    @Test
    void aResellerReachesItsOwnUntilItIsDisabled() {
        var operator = new Api(started.running().api());
        String own = operator.reseller(null);
        var claims =
                Map.<String, Object>of(
                        "weir_role", "reseller", "weir_reseller", own, "scope", List.of("*"));
        Api api = with(issuer.sign(issuer.claims(claims)));

        assertThat(Api.json(api.get("/resellers")).get("items")).hasSize(1);
        api.get("/resellers/" + operator.reseller(null)).expectStatus().isNotFound();
        api.get("/leases").expectStatus().isForbidden();
        operator.post("/resellers/" + own + "/disable").expectStatus().isOk();
        api.get("/resellers").expectStatus().isUnauthorized();
    }

    @Test
    void whatIsNotMeantForUsOpensNothing() {
        refused(issuer.sign(issuer.claims(OPERATOR).issuer("https://other.example")));
        refused(issuer.sign(issuer.claims(OPERATOR).audience("other")));
        refused(issuer.sign(issuer.claims(OPERATOR).audience((String) null)));
        refused(issuer.sign(issuer.claims(OPERATOR).expirationTime(past())));
        refused(issuer.sign(issuer.claims(OPERATOR).expirationTime(null)));
        refused(
                issuer.sign(
                        issuer.claims(OPERATOR)
                                .notBeforeTime(Date.from(Instant.now().plusSeconds(600)))));
        refused(issuer.sign(issuer.claims(OPERATOR).subject(null)));
    }

    @Test
    void aRoleIsSaidWholly() {
        String nobody = "rsl_00000000-0000-7000-8000-000000000000";
        for (Map<String, Object> claims :
                List.<Map<String, Object>>of(
                        Map.of("scope", "*"),
                        Map.of("scope", "*", "weir_role", "root"),
                        Map.of("scope", "*", "weir_role", 1),
                        Map.of("scope", "*", "weir_role", "reseller"),
                        Map.of("scope", "*", "weir_role", "reseller", "weir_reseller", "x"),
                        Map.of("scope", "*", "weir_role", "reseller", "weir_reseller", nobody),
                        Map.of("scope", "*", "weir_role", "operator", "weir_reseller", nobody))) {
            refused(issuer.sign(issuer.claims(claims)));
        }
    }

    @Test
    void whatTheIssuerDidNotSignOpensNothing() throws JOSEException {
        JWTClaimsSet.Builder claims = issuer.claims(OPERATOR);
        refused(Issuer.sign(claims, Issuer.newKey("first")));
        refused(Issuer.sign(claims, Issuer.newKey("unknown")));
        refused(new PlainJWT(claims.build()).serialize());
        var weak = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        weak.sign(new MACSigner(new byte[32]));
        refused(weak.serialize());
        refused(issuer.sign(claims).substring(2));
        refused("a.b.c");
    }

    @Test
    void whereNoIssuerIsTrustedTheyOpenNothing() {
        new Api(Running.shared().as(issuer.sign(issuer.claims(OPERATOR))))
                .get("/resellers")
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void whileTheIssuersKeysCannotBeHadItIsNotTheCallersFault() {
        var lost = new Issuer();
        var settings =
                Map.of(
                        "weir.access.admin-token",
                        Running.TOKEN,
                        "weir.access.jwt.issuer",
                        lost.url(),
                        "weir.access.jwt.jwks-uri",
                        lost.url() + "/keys",
                        "weir.access.jwt.audience",
                        Issuer.AUDIENCE);
        try (var other = Running.recorded(Running.shared().server, settings)) {
            String token = lost.sign(lost.claims(OPERATOR));
            lost.close();
            new Api(other.running().as(token)).get("/resellers").expectStatus().isEqualTo(503);
            new Api(other.running().api()).get("/resellers").expectStatus().isOk();
        }
    }

    private Api with(String token) {
        return new Api(started.running().as(token));
    }

    private void refused(String token) {
        with(token).get("/resellers").expectStatus().isUnauthorized();
    }

    private static Date past() {
        return Date.from(Instant.now().minusSeconds(600));
    }
}
