package io.weir.admin.idempotency;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.IdempotencyKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// A request that is to have its effect once.
///
/// @param id a digest of who asks, on this path, with this key, in hex
/// @param reseller whose token asks; none for an operator's
/// @param fingerprint a digest of everything else that decides what happens, in hex
record Asked(String id, @Nullable UUID reseller, IdempotencyKey key, String fingerprint) {

    static Asked of(IdempotencyKey key, Principal who, ServerHttpRequest request, byte[] body) {
        UUID reseller = who.reseller();
        String id =
                digest(
                        reseller == null ? "operator" : reseller.toString(),
                        request.getMethod().name(),
                        request.getPath().value(),
                        key.value());
        String query = Objects.requireNonNullElse(request.getURI().getRawQuery(), "");
        String type =
                Objects.requireNonNullElse(
                        request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE), "");
        return new Asked(
                id,
                reseller,
                key,
                digest(
                        query.getBytes(StandardCharsets.UTF_8),
                        type.getBytes(StandardCharsets.UTF_8),
                        body));
    }

    /// What is locked while it runs.
    long lock() {
        return ByteBuffer.wrap(idBytes()).getLong();
    }

    byte[] idBytes() {
        return HexFormat.of().parseHex(id);
    }

    private static String digest(String... parts) {
        var bytes = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = parts[i].getBytes(StandardCharsets.UTF_8);
        }
        return digest(bytes);
    }

    /// Each part with its length, so that no two lists of parts are one text.
    private static String digest(byte[]... parts) {
        var text = new ByteArrayOutputStream();
        try (var data = new DataOutputStream(text)) {
            for (byte[] part : parts) {
                data.writeInt(part.length);
                data.write(part);
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.toByteArray());
            return HexFormat.of().formatHex(digest);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
