package io.weir.admin.provisioning;

import java.util.Arrays;

/// Where entities are, and what they take room of.
enum FacilityKind {
    DATA_CENTER("data_center", "data-centers"),
    STORAGE_POLICY("storage_policy", "storage-policies"),
    BACKUP_STORAGE("backup_storage", "backup-storages");

    private final String word;
    private final String segment;

    FacilityKind(String word, String segment) {
        this.word = word;
        this.segment = segment;
    }

    static FacilityKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElseThrow();
    }

    /// By the name of its list in a path.
    static FacilityKind ofSegment(String segment) {
        return Arrays.stream(values())
                .filter(kind -> kind.segment.equals(segment))
                .findFirst()
                .orElseThrow();
    }

    /// On the wire and in the table.
    String word() {
        return word;
    }

    String segment() {
        return segment;
    }

    String uuidMember() {
        return word + "_uuid";
    }

    String spoken() {
        return word.replace('_', ' ');
    }
}
