package io.weir.admin.usage;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// How finely usage is told, and over how long a time at most.
enum Granularity {
    MINUTE(Duration.ofDays(2)),
    HOUR(Duration.ofDays(62)),
    DAY(Duration.ofDays(400));

    private final Duration longest;

    Granularity(Duration longest) {
        this.longest = longest;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Granularity::word).toList();
    }

    static Granularity of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Duration longest() {
        return longest;
    }
}
