package io.weir.admin;

import java.time.Duration;

/// How much of a test is run: enough to show it each time, all of it with `-Psoak`.
final class Soak {

    private static final boolean whole = Boolean.getBoolean("weir.soak");

    private Soak() {}

    static int count(int enough, int all) {
        return whole ? all : enough;
    }

    static Duration time(Duration enough, Duration all) {
        return whole ? all : enough;
    }
}
