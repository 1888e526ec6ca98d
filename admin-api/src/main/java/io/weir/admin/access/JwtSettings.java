package io.weir.admin.access;

import java.net.URI;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Whose JSON Web Tokens are taken beside tokens of ours; nobody's, unless an issuer is named.
///
/// @param issuer as the tokens name it, exactly
/// @param jwksUri where its keys are; empty, its discovery document says so
/// @param audience what its tokens must be meant for, since an issuer makes tokens for others too
/// @param roleClaim which claim says `operator` or `reseller`
/// @param resellerClaim which one says the id of a reseller
/// @param scopeClaim which one lists the scopes, as an array or separated by spaces
@ConfigurationProperties("weir.access.jwt")
public record JwtSettings(
        String issuer,
        String jwksUri,
        String audience,
        String roleClaim,
        String resellerClaim,
        String scopeClaim) {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    public JwtSettings {
        if (issuer.isEmpty() && !jwksUri.isEmpty()) {
            throw new IllegalArgumentException("weir.access.jwt.issuer is needed beside jwks-uri");
        }
        if (!issuer.isEmpty() && audience.isEmpty()) {
            throw new IllegalArgumentException("weir.access.jwt.audience is needed beside issuer");
        }
        requireSafe("issuer", issuer);
        requireSafe("jwks-uri", jwksUri);
    }

    private static void requireSafe(String setting, String uri) {
        URI place = URI.create(uri);
        boolean here = LOOPBACK.contains(String.valueOf(place.getHost()));
        boolean safe =
                "https".equals(place.getScheme()) || ("http".equals(place.getScheme()) && here);
        if (!safe && !uri.isEmpty()) {
            throw new IllegalArgumentException(
                    "weir.access.jwt." + setting + " must be https, or http on this machine");
        }
    }

    boolean isOn() {
        return !issuer.isEmpty();
    }

    URI discovery() {
        return URI.create(issuer.replaceFirst("/$", "") + DISCOVERY);
    }
}
