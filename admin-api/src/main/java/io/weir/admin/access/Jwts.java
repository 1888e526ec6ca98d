package io.weir.admin.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.SubjectKind;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Checks JSON Web Tokens of the one issuer that is trusted: signature, issuer, audience and time.
@Component
final class Jwts {

    /// Nothing symmetric: whoever can check such a signature can make it. Ed25519 would need one
    /// more library.
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Stream.of(JWSAlgorithm.Family.RSA, JWSAlgorithm.Family.EC)
                    .flatMap(Set::stream)
                    .collect(Collectors.toUnmodifiableSet());

    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    private static final Set<String> REQUIRED = Set.of("sub", "exp");

    private final JwtSettings settings;
    private final Clock clock;
    private final SigningKeys keys;

    Jwts(JwtSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.keys = new SigningKeys(settings, clock);
    }

    /// Who a token is for, nobody if it is none that is taken.
    Mono<Principal> principal(String text) {
        return settings.isOn()
                ? Mono.justOrEmpty(parsed(text)).flatMap(this::claims).mapNotNull(this::principal)
                : Mono.empty();
    }

    private Mono<JWTClaimsSet> claims(SignedJWT token) {
        return keys.having(token.getHeader().getKeyID())
                .flatMap(known -> Mono.justOrEmpty(checked(token, known)));
    }

    private static Optional<SignedJWT> parsed(String text) {
        try {
            return Optional.of(SignedJWT.parse(text));
        } catch (ParseException notSigned) {
            return Optional.empty();
        }
    }

    private Optional<JWTClaimsSet> checked(SignedJWT token, JWKSet known) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, ACCESS_TOKEN, null));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(known)));
        processor.setJWTClaimsSetVerifier(verifier());
        try {
            return Optional.of(processor.process(token, null));
        } catch (BadJOSEException | JOSEException refused) {
            return Optional.empty();
        }
    }

    private @Nullable Principal principal(JWTClaimsSet claims) {
        Object role = claims.getClaim(settings.roleClaim());
        Object reseller = claims.getClaim(settings.resellerClaim());
        UUID id =
                reseller instanceof String text
                        ? Ids.find(SubjectKind.RESELLER, text).orElse(null)
                        : null;
        String subject = claims.getSubject();
        if (role instanceof String word && word.equals(Role.OPERATOR.word()) && reseller == null) {
            return new Principal(token(claims), subject, Role.OPERATOR, null, scopes(claims));
        }
        return role instanceof String word && word.equals(Role.RESELLER.word()) && id != null
                ? new Principal(token(claims), subject, Role.RESELLER, id, scopes(claims))
                : null;
    }

    /// The same for all tokens of one subject, who has no row of its own.
    private static UUID token(JWTClaimsSet claims) {
        String who = claims.getIssuer() + " " + claims.getSubject();
        return UUID.nameUUIDFromBytes(who.getBytes(StandardCharsets.UTF_8));
    }

    private Set<String> scopes(JWTClaimsSet claims) {
        return switch (claims.getClaim(settings.scopeClaim())) {
            case String words -> Set.copyOf(List.of(words.split(" ", -1)));
            case List<?> words -> words.stream().map(String::valueOf).collect(Collectors.toSet());
            case null, default -> Set.of();
        };
    }

    private DefaultJWTClaimsVerifier<SecurityContext> verifier() {
        var exactly = new JWTClaimsSet.Builder().issuer(settings.issuer()).build();
        return new DefaultJWTClaimsVerifier<>(
                Set.of(settings.audience()), exactly, REQUIRED, null) {

            @Override
            protected Date currentTime() {
                return Date.from(clock.instant());
            }
        };
    }
}
