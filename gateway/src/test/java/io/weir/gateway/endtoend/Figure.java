package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What a test measured, in one line that can be quoted: printed, and kept in
/// `target/endtoend/figures.txt`.
final class Figure {

    private static final Path FILE = Path.of("target", "endtoend", "figures.txt");

    private Figure() {}

    static void print(String figure) {
        String line = "figure: " + figure + "\n";
        System.out.print(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
