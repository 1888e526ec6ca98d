package io.weir.admin.principal;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// Who asks, as its token says.
///
/// @param token the id of the token
/// @param name what its owner calls it
/// @param reseller whose it is; none for an operator's
/// @param scopes what it may do of what its role may; `*` is all of it
public record Principal(
        UUID token, String name, Role role, @Nullable UUID reseller, Set<String> scopes) {

    public Principal {
        if ((role == Role.RESELLER) != (reseller != null)) {
            throw new IllegalArgumentException(role + " with the reseller " + reseller);
        }
        scopes = Set.copyOf(scopes);
    }

    /// The one on whose behalf the current chain runs. Work of our own has none: it fails.
    public static Mono<Principal> current() {
        return Mono.deferContextual(context -> Mono.just(context.get(Principal.class)));
    }

    public Context in(Context context) {
        return context.put(Principal.class, this);
    }
}
