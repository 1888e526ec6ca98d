package io.weir.quota.subject;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret under which credentials are hashed, kept outside the database: a dump of the tables
/// alone tells nothing about a key.
public final class Pepper {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 32;

    private final SecretKeySpec key;

    /// Each thread's own, as they are not to be shared, and take longer to set up than to use.
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::newMac);

    private Pepper(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /// @param base64 at least 32 random bytes
    public static Pepper of(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "The pepper needs at least " + LEAST_BYTES + " bytes, has " + bytes.length);
        }
        return new Pepper(bytes);
    }

    /// HMAC-SHA-256 of the whole secret: 32 bytes.
    public byte[] hash(Secret secret) {
        return mac(secret.reveal());
    }

    /// 32 bytes to encrypt with, which only who has the pepper and knows the text can make again.
    public byte[] derive(String purpose, String text) {
        return mac(purpose + '\0' + text);
    }

    private byte[] mac(String text) {
        return macs.get().doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, impossible);
        }
    }
}
