package io.weir.admin.access;

import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import io.weir.admin.wire.Problem;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import tools.jackson.databind.JsonNode;

/// Something that can be asked of this API, and who may.
record Operation(HttpMethod method, PathPattern path, Set<Role> roles, String scope) {

    private static final String ROLES = "x-weir-roles";
    private static final String SCOPE = "x-weir-scope";

    Operation {
        roles = Set.copyOf(roles);
    }

    /// @throws IllegalStateException if it does not say who may
    static Operation of(String method, String path, JsonNode details) {
        Set<Role> roles =
                details.path(ROLES)
                        .valueStream()
                        .map(role -> Role.of(role.stringValue()))
                        .collect(Collectors.toSet());
        String scope = details.path(SCOPE).asString("");
        if (roles.isEmpty() || scope.isEmpty()) {
            throw new IllegalStateException(
                    "%s %s does not declare %s and %s".formatted(method, path, ROLES, SCOPE));
        }
        return new Operation(
                HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                PathPatternParser.defaultInstance.parse(path),
                roles,
                scope);
    }

    /// @throws Problem 403 if this is not for the one who asks
    void require(Principal principal) {
        if (!roles.contains(principal.role())) {
            throw refusal("An operator's token is needed here.");
        }
        if (!Scopes.include(principal.scopes(), scope)) {
            throw refusal("This token's scopes do not include " + scope + ".");
        }
    }

    private static Problem refusal(String detail) {
        return new Problem(HttpStatus.FORBIDDEN, "not-allowed", detail);
    }
}
