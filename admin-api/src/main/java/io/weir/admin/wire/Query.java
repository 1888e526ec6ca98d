package io.weir.admin.wire;

import io.weir.admin.wire.Reading.Read;
import io.weir.admin.wire.Reading.Wrong;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;

/// The query parameters of a request, read one by one; what was not read is unknown, and refused.
public final class Query {

    private static final int LONGEST = 200;

    private final ServerHttpRequest request;
    private final MultiValueMap<String, String> parameters;
    private final Violations violations = new Violations();
    private final Set<String> known = new HashSet<>();

    public Query(ServerHttpRequest request) {
        this.request = request;
        this.parameters = request.getQueryParams();
    }

    /// Of the cursors of this list.
    CursorSeal seal() {
        return CursorSeal.of(request);
    }

    public @Nullable String text(String name) {
        known.add(name);
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            violates(name, "duplicate", "This must stand once.");
        }
        String value = values.getFirst() == null ? "" : values.getFirst();
        return switch (Texts.read(value, LONGEST, Character::isISOControl)) {
            case Read<String>(var text) -> text;
            case Wrong<String>(var code, var detail) -> wrong(name, code, detail);
        };
    }

    public int integer(String name, int least, int most, int otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("\\d{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        violates(name, "range", "This must be a whole number, %d to %d.".formatted(least, most));
        return otherwise;
    }

    public @Nullable String oneOf(String name, List<String> words) {
        String text = text(name);
        return text == null || words.contains(text)
                ? text
                : wrong(name, "unknown-value", "This must be one of " + String.join(", ", words));
    }

    public @Nullable UUID id(String name, SubjectKind kind) {
        return id(name, kind.prefix());
    }

    public @Nullable UUID id(String name, Resource kind) {
        return id(name, kind.prefix());
    }

    private @Nullable UUID id(String name, String prefix) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        Optional<UUID> id = Ids.find(prefix, text);
        if (id.isEmpty()) {
            violates(name, "id", "This must be an id, %s_...".formatted(prefix));
        }
        return id.orElse(null);
    }

    public boolean flag(String name) {
        return "true".equals(oneOf(name, List.of("false", "true")));
    }

    public @Nullable Instant instant(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        return switch (Form.instant(text)) {
            case Read<Instant>(var instant) -> instant;
            case Wrong<Instant>(var code, var detail) -> {
                violates(name, code, detail);
                yield null;
            }
        };
    }

    public void violates(String name, String code, String detail) {
        violations.add("?" + name, code, detail);
    }

    /// @throws Problem if anything is wrong, or stands there that was not read
    public void nothingElse() {
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                violates(name, "unknown-parameter", "There is no such parameter here.");
            }
        }
        violations.refuse();
    }

    private @Nullable String wrong(String name, String code, String detail) {
        violates(name, code, detail);
        return null;
    }
}
