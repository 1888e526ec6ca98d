package io.weir.quota.subject;

import java.util.Optional;
import java.util.UUID;

/// Whose usage is counted.
public record Subject(SubjectKind kind, UUID id) {

    private static final int UUID_LENGTH = 36;

    /// Reads an id as it is written on the wire, such as
    /// `cli_0197f0a2-6b1c-7e2e-9a49-3f1c2d4e5f60`.
    public static Optional<Subject> parse(String text) {
        for (SubjectKind kind : SubjectKind.values()) {
            if (text.startsWith(kind.prefix() + "_")) {
                return uuid(text.substring(kind.prefix().length() + 1))
                        .map(id -> new Subject(kind, id));
            }
        }
        return Optional.empty();
    }

    /// Only the canonical form counts: `UUID.fromString` alone also takes `1-1-1-1-1`.
    private static Optional<UUID> uuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return Optional.empty();
        }
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return kind.prefix() + "_" + id;
    }
}
