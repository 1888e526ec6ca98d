package io.weir.admin.demo;

import io.weir.quota.subject.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Completes the file of secrets that one installation keeps: `NAME=value` lines a shell can read.
/// What is in it stays, so that secrets are the same at every start.
public final class Credentials {

    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final SecureRandom random;

    Credentials(SecureRandom random) {
        this.random = random;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: FILE");
            System.exit(2);
        }
        new Credentials(new SecureRandom()).complete(Path.of(arguments[0]));
    }

    void complete(Path file) throws IOException {
        List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of();
        List<String> lines = new ArrayList<>(before);
        secrets()
                .forEach(
                        (name, secret) -> {
                            String start = name + "=";
                            if (before.stream().noneMatch(line -> line.startsWith(start))) {
                                lines.add(start + secret.get());
                            }
                        });
        if (lines.size() > before.size()) {
            write(file.toAbsolutePath(), lines);
        } else {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private Map<String, Supplier<String>> secrets() {
        Map<String, Supplier<String>> secrets = new LinkedHashMap<>();
        secrets.put("WEIR_POSTGRES_PASSWORD", this::password);
        secrets.put("WEIR_ADMIN_DATABASE_PASSWORD", this::password);
        secrets.put("WEIR_GATEWAY_DATABASE_PASSWORD", this::password);
        secrets.put("WEIR_REDIS_PASSWORD", this::password);
        secrets.put("WEIR_PEPPER", () -> Base64.getEncoder().encodeToString(bytes()));
        secrets.put("WEIR_ADMIN_TOKEN", () -> secret(Secret.Kind.TOKEN));
        secrets.put("WEIR_DEMO_KEY", () -> secret(Secret.Kind.KEY));
        secrets.put("WEIR_DEMO_LIMITED_KEY", () -> secret(Secret.Kind.KEY));
        secrets.put("WEIR_DEMO_UPSTREAM_CREDENTIAL", this::password);
        return secrets;
    }

    /// Letters and digits only, so that it can stand in a URL.
    private String password() {
        return HexFormat.of().formatHex(bytes());
    }

    private byte[] bytes() {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private String secret(Secret.Kind kind) {
        return Secret.generate(kind, random).reveal();
    }

    /// Beside it first, then over it: a reader finds all of it or the file before.
    private static void write(Path file, List<String> lines) throws IOException {
        Files.createDirectories(file.getParent());
        Path beside =
                Files.createTempFile(
                        file.getParent(),
                        ".credentials",
                        "",
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.write(beside, lines);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
