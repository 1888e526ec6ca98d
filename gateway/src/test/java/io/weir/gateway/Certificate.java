package io.weir.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A certificate for loopback that vouches for itself, and its key, in PEM as files have it.
record Certificate(String name, String certificate, String privateKey) {

    private static final char[] PASSWORD = "for-tests".toCharArray();
    private static final int LINE = 64;

    static Certificate of(String name) {
        try {
            Path store = Files.createTempDirectory("weir-tls").resolve("store.p12");
            make(name, store);
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD);
            return new Certificate(
                    name,
                    pem("CERTIFICATE", keys.getCertificate("it").getEncoded()),
                    pem("PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Puts both there, each at once, as those do who renew certificates.
    void writeTo(Path folder) {
        put(privateKey, folder.resolve("tls.key"));
        put(certificate, folder.resolve("tls.crt"));
    }

    private static void put(String text, Path file) {
        try {
            Path part = Files.writeString(file.resolveSibling(file.getFileName() + ".part"), text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void make(String name, Path store) throws IOException {
        Process making =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "it",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .inheritIO()
                        .start();
        try {
            if (!making.waitFor(60, TimeUnit.SECONDS) || making.exitValue() != 0) {
                throw new IllegalStateException("No certificate was made");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(
                        kind, Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes));
    }
}
