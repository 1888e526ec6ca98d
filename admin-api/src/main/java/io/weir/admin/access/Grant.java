package io.weir.admin.access;

import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Problem;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a new token is to open. Nobody grants what they may not do themselves: a reseller's token
/// makes others of the same reseller, none with more scopes than its own.
record Grant(
        String name,
        Role role,
        @Nullable UUID reseller,
        List<String> scopes,
        @Nullable Instant expiresAt) {

    private static final int LONGEST_NAME = 200;

    Grant {
        scopes = List.copyOf(scopes);
    }

    static Grant read(Body body, Principal by, Set<String> grantable, Instant now) {
        Role role = role(body, by);
        var grant =
                new Grant(
                        body.required("name", Form.text(LONGEST_NAME), null),
                        role,
                        reseller(body, role, by),
                        body.list("scopes", scope(by, grantable), grantable.size(), List.of()),
                        body.nullable("expires_at", Form.after(now), null));
        body.present("scopes");
        body.nothingElse();
        return grant;
    }

    private static Role role(Body body, Principal by) {
        var words =
                by.role() == Role.OPERATOR
                        ? List.of(Role.OPERATOR.word(), Role.RESELLER.word())
                        : List.of(Role.RESELLER.word());
        return Role.of(body.required("role", Form.oneOf(words), null));
    }

    private static @Nullable UUID reseller(Body body, Role role, Principal by) {
        UUID given = body.nullable("reseller_id", Form.id(SubjectKind.RESELLER), null);
        UUID stated = given == null ? by.reseller() : given;
        if (role == Role.OPERATOR && stated != null) {
            body.violates("reseller_id", "role", "An operator's token is no reseller's.");
        }
        if (role == Role.RESELLER && stated == null) {
            body.violates("reseller_id", "required", "Say whose token this is.");
        }
        if (by.reseller() != null && !by.reseller().equals(stated)) {
            throw Problem.notFound();
        }
        return stated;
    }

    private static Form<String> scope(Principal by, Set<String> grantable) {
        return Form.oneOf(grantable.stream().sorted().toList())
                .matching(
                        "beyond-own",
                        "The token that asks does not have this scope.",
                        scope -> Scopes.include(by.scopes(), scope));
    }
}
