package io.weir.admin.access;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.principal.Role;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A token as it is remembered: by what it opens, and by how its secret begins.
record Token(
        UUID id,
        String name,
        Role role,
        @Nullable UUID reseller,
        List<String> scopes,
        String prefix,
        String status,
        @Nullable Instant expiresAt,
        Instant createdAt) {

    /// A token is never changed, so there is one revision of it.
    static final long REVISION = 1;

    Token {
        scopes = List.copyOf(scopes);
    }

    /// A token as callers see it.
    record Answer(
            String id,
            @Nullable String resellerId,
            String name,
            String role,
            List<String> scopes,
            String prefix,
            String status,
            @Nullable Instant expiresAt,
            Instant createdAt) {

        Answer {
            scopes = List.copyOf(scopes);
        }
    }

    /// A token in the one answer that shows its secret.
    record Created(@JsonUnwrapped Answer token, String secret) {

        static Created of(Token token, Secret secret) {
            return new Created(token.answer(), secret.reveal());
        }

        /// Records print their components, and this is a secret.
        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.TOKEN, id),
                Ids.textOrNull(SubjectKind.RESELLER, reseller),
                name,
                role.word(),
                scopes,
                prefix,
                status,
                expiresAt,
                createdAt);
    }
}
