package io.weir.admin.key;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// Which keys of a list are asked for.
///
/// @param group in which they are, null for any or none
/// @param rule their own, null for any or none
/// @param email that is bound to them, in any case; null for any or none
record Filter(Listing page, @Nullable UUID group, @Nullable UUID rule, @Nullable String email) {

    /// Those of one group or of one rule are not asked for by it again.
    static Filter ofOwner(Query query, SubjectKind owner) {
        UUID group = owner == SubjectKind.GROUP ? null : query.id("group_id", SubjectKind.GROUP);
        UUID rule = query.id("rule_id", Resource.RULE);
        String email = query.text("email");
        return new Filter(page(query), group, rule, email);
    }

    static Filter ofRule(Query query) {
        UUID group = query.id("group_id", SubjectKind.GROUP);
        String email = query.text("email");
        return new Filter(page(query), group, null, email);
    }

    private static Listing page(Query query) {
        return Listing.of(query, "active", "revoked", "expired");
    }

    /// @param first the place of the first of the seven parameters
    GenericExecuteSpec bind(GenericExecuteSpec statement, int first) {
        return statement
                .bind(first, page.after())
                .bind(first + 1, Values.orNull(String.class, page.status()))
                .bind(first + 2, Values.orNull(String.class, page.like()))
                .bind(first + 3, page.limit() + 1)
                .bind(first + 4, Values.orNull(UUID.class, group))
                .bind(first + 5, Values.orNull(UUID.class, rule))
                .bind(first + 6, Values.orNull(String.class, email));
    }
}
