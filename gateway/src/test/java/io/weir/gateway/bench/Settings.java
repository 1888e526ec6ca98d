package io.weir.gateway.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the launcher and its user want.
///
/// @param quick five short rounds of the first three targets
/// @param json where to write the figures as JSON too
/// @param environment of the launcher: where everything is
record Settings(boolean quick, Optional<Path> json, Map<String, String> environment) {

    /// @throws IllegalArgumentException if there are other options
    static Settings of(String[] options, Map<String, String> environment) {
        boolean quick = false;
        Optional<Path> json = Optional.empty();
        for (var rest = List.of(options).iterator(); rest.hasNext(); ) {
            switch (rest.next()) {
                case "--quick" -> quick = true;
                case "--json" -> json = Optional.of(Path.of(rest.next()));
                case String other -> throw new IllegalArgumentException(other);
            }
        }
        return new Settings(quick, json, environment);
    }

    String get(String name) {
        String value = environment.get("WEIR_BENCH_" + name);
        if (value == null) {
            throw new IllegalStateException("WEIR_BENCH_" + name + " is missing");
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(get(name));
    }

    Path folder() {
        return Path.of(get("FOLDER"));
    }

    List<String> words(String name) {
        return get(name).isBlank() ? List.of() : List.of(get(name).strip().split("\\s+"));
    }
}
