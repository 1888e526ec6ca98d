package io.weir.admin.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// Makes cursors that only count where they were given: on the same list, asked for by the same
/// reseller or by operators. A cursor is an id and half an HMAC-SHA-256 of it.
public final class CursorSeal {

    private static final String ATTRIBUTE = CursorSeal.class.getName();
    private static final int ID_BYTES = 2 * Long.BYTES;
    private static final int MAC_BYTES = 16;

    private final SecretKey key;
    private final byte[] where;

    private CursorSeal(SecretKey key, String where) {
        this.key = key;
        this.where = where.getBytes(StandardCharsets.UTF_8);
    }

    /// @param whose the reseller that asks, or a word for operators
    public static void put(ServerHttpRequest request, SecretKey key, String whose) {
        String where = whose + " " + request.getPath().value();
        request.getAttributes().put(ATTRIBUTE, new CursorSeal(key, where));
    }

    static CursorSeal of(ServerHttpRequest request) {
        return (CursorSeal) Objects.requireNonNull(request.getAttributes().get(ATTRIBUTE));
    }

    String seal(UUID last) {
        byte[] id = bytes(last);
        byte[] whole = ByteBuffer.allocate(ID_BYTES + MAC_BYTES).put(id).put(mac(id)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// The id in a cursor, if it is one of ours for this place.
    Optional<UUID> open(String cursor) {
        return decoded(cursor)
                .filter(whole -> whole.remaining() == ID_BYTES + MAC_BYTES)
                .map(whole -> new UUID(whole.getLong(), whole.getLong()))
                .filter(id -> same(seal(id), cursor));
    }

    private static boolean same(String own, String given) {
        return MessageDigest.isEqual(
                own.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<ByteBuffer> decoded(String cursor) {
        try {
            return Optional.of(ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private byte[] mac(byte[] id) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(where);
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(id), MAC_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("The key was made for this algorithm", impossible);
        }
    }
}
