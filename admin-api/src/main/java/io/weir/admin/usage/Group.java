package io.weir.admin.usage;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// By what usage is told apart.
enum Group {
    KEY("key_id"),
    GROUP("group_id"),
    CLIENT("client_id"),
    MODEL("model"),
    ROUTE("route");

    private final String column;

    Group(String column) {
        this.column = column;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Group::word).toList();
    }

    static Group of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String column() {
        return column;
    }
}
