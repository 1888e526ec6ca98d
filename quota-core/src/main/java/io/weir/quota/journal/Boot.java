package io.weir.quota.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which start of the machine this is.
final class Boot {

    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Boot() {}

    /// Absent where the system does not tell.
    static @Nullable UUID id() {
        try {
            return UUID.fromString(Files.readString(ID).trim());
        } catch (IOException | IllegalArgumentException unknown) {
            return null;
        }
    }
}
