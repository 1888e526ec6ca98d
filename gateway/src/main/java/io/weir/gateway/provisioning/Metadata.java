package io.weir.gateway.provisioning;

import io.weir.quota.provisioning.EntityKind;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/// A part of a route's metadata. What is wrong in it is told with its place, and what nobody knows
/// is wrong.
final class Metadata {

    static final String NAME = "provisioning";

    private final String route;
    private final String at;
    private final Map<?, ?> members;
    private final Set<Object> known = new HashSet<>();

    private Metadata(String route, String at, Object value) {
        this.route = route;
        this.at = at;
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(at, "must have members, not be '%s'".formatted(value));
        }
        this.members = map;
    }

    /// @param stated under the name `provisioning`
    /// @throws IllegalArgumentException that names what is wrong
    static Provision read(String route, Object stated) {
        var metadata = new Metadata(route, NAME, stated);
        var provision =
                new Provision(
                        metadata.entity(),
                        metadata.pointer("id"),
                        metadata.text("path-variable"),
                        new Provision.Takes(
                                metadata.pointer("cpu"),
                                metadata.pointer("memory-gb"),
                                metadata.pointer("data-center"),
                                metadata.pointer("type"),
                                metadata.shares("storage"),
                                metadata.shares("backup-storage")));
        metadata.nothingElse();
        return provision;
    }

    private EntityKind entity() {
        String name = required("entity");
        return EntityKind.ofQuota(name)
                .orElseThrow(
                        () ->
                                wrong(
                                        place("entity"),
                                        "must be one of %s, not '%s'"
                                                .formatted(
                                                        Stream.of(EntityKind.values())
                                                                .map(EntityKind::quota)
                                                                .collect(Collectors.joining(", ")),
                                                        name)));
    }

    private Provision.@Nullable Shares shares(String name) {
        known.add(name);
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        var inner = new Metadata(route, place(name), value);
        var shares =
                new Provision.Shares(
                        inner.requiredPointer("list"),
                        inner.requiredPointer("uuid"),
                        inner.requiredPointer("amount"));
        inner.nothingElse();
        return shares;
    }

    private JsonPointer requiredPointer(String name) {
        return compile(name, required(name));
    }

    private @Nullable JsonPointer pointer(String name) {
        String text = text(name);
        return text == null ? null : compile(name, text);
    }

    private JsonPointer compile(String name, String text) {
        if (text.length() < 2 || text.charAt(0) != '/') {
            throw wrong(place(name), "must be a JSON pointer such as /data/id, not '" + text + "'");
        }
        return JsonPointer.compile(text);
    }

    private String required(String name) {
        String text = text(name);
        if (text == null) {
            throw wrong(place(name), "is required");
        }
        return text;
    }

    private @Nullable String text(String name) {
        known.add(name);
        Object value = members.get(name);
        if (value instanceof Map<?, ?>) {
            throw wrong(place(name), "must not have members");
        }
        return value == null ? null : value.toString();
    }

    private void nothingElse() {
        for (Object name : members.keySet()) {
            if (!known.contains(name)) {
                throw wrong(place(name), "is unknown");
            }
        }
    }

    private String place(Object name) {
        return at + "." + name;
    }

    private IllegalArgumentException wrong(String place, String what) {
        return new IllegalArgumentException(
                "Route '%s': its metadata '%s' %s".formatted(route, place, what));
    }
}
