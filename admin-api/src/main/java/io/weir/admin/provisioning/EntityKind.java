package io.weir.admin.provisioning;

import java.util.Arrays;
import java.util.Locale;

/// What is counted.
enum EntityKind {
    TENANT("tenant"),
    VDC("VDC"),
    VM("VM");

    private final String spoken;

    EntityKind(String spoken) {
        this.spoken = spoken;
    }

    /// By the name of its list in a path.
    static EntityKind ofSegment(String segment) {
        return Arrays.stream(values())
                .filter(kind -> kind.segment().equals(segment))
                .findFirst()
                .orElseThrow();
    }

    static EntityKind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// In the table.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Also the name of its quota.
    String segment() {
        return word() + "s";
    }

    String spoken() {
        return spoken;
    }

    /// Of what it belongs to, in its body.
    String parentMember() {
        return switch (this) {
            case TENANT -> "";
            case VDC -> "tenant_uuid";
            case VM -> "vdc_uuid";
        };
    }
}
