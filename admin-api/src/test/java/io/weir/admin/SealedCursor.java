package io.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.quota.subject.Pepper;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A cursor as a list would have given it, for tests that can't page so far.
final class SealedCursor {

    private static final int ID = 16;

    private SealedCursor() {}

    /// @param last the id before the page
    /// @param list its path
    /// @param whose the reseller that asks, or `*`
    static String of(UUID last, String list, String whose) {
        byte[] id =
                ByteBuffer.allocate(ID)
                        .putLong(last.getMostSignificantBits())
                        .putLong(last.getLeastSignificantBits())
                        .array();
        byte[] key = Pepper.of(Running.PEPPER).derive("cursor", "");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((whose + " " + list + "\0").getBytes(UTF_8));
            byte[] whole = ByteBuffer.allocate(2 * ID).put(id).put(mac.doFinal(id), 0, ID).array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
