package io.weir.admin.wire;

import com.github.f4b6a3.uuid.UuidCreator;
import io.weir.quota.subject.SubjectKind;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Ids as they stand in paths and answers.
public final class Ids {

    private static final int UUID_LENGTH = 36;

    private Ids() {}

    /// A new one, later in order than those before it.
    public static UUID next() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    public static String text(SubjectKind kind, UUID id) {
        return text(kind.prefix(), id);
    }

    public static String text(Resource kind, UUID id) {
        return text(kind.prefix(), id);
    }

    public static @Nullable String textOrNull(SubjectKind kind, @Nullable UUID id) {
        return id == null ? null : text(kind, id);
    }

    public static @Nullable String textOrNull(Resource kind, @Nullable UUID id) {
        return id == null ? null : text(kind, id);
    }

    /// @throws Problem 404 if it is no id of this kind: then there is nothing with it either
    public static UUID parse(SubjectKind kind, String text) {
        return find(kind.prefix(), text).orElseThrow(Problem::notFound);
    }

    /// @throws Problem 404 if it is no id of this kind: then there is nothing with it either
    public static UUID parse(Resource kind, String text) {
        return find(kind.prefix(), text).orElseThrow(Problem::notFound);
    }

    /// Nothing if it is no id of this kind.
    public static Optional<UUID> find(SubjectKind kind, String text) {
        return find(kind.prefix(), text);
    }

    /// Nothing if it is no id of this kind.
    public static Optional<UUID> find(Resource kind, String text) {
        return find(kind.prefix(), text);
    }

    /// Only the canonical form counts: `UUID.fromString` alone also takes `1-1-1-1-1`.
    static Optional<UUID> find(String prefix, String text) {
        if (!text.startsWith(prefix + "_") || text.length() != prefix.length() + 1 + UUID_LENGTH) {
            return Optional.empty();
        }
        return plain(text.substring(prefix.length() + 1));
    }

    /// One without a prefix, of things that other systems know by it too.
    public static Optional<UUID> plain(String text) {
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

    private static String text(String prefix, UUID id) {
        return prefix + "_" + id;
    }
}
