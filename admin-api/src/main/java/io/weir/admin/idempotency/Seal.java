package io.weir.admin.idempotency;

import io.weir.quota.subject.Pepper;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/// Keeps answers from whoever reads the database. The answer that shows a new key's secret must be
/// given again, and a secret is not stored; so what is stored opens only with the pepper, which is
/// not in the database, and the caller's Idempotency-Key, which is nowhere once the caller has
/// gone. After a change of the pepper an answer can't be given again; its effect is still not
/// repeated.
@Component
final class Seal {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String PURPOSE = "idempotency";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Pepper pepper;
    private final SecureRandom random;

    Seal(Pepper pepper, SecureRandom random) {
        this.pepper = pepper;
        this.random = random;
    }

    byte[] close(Asked asked, byte[] clear) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] secret = cipher(Cipher.ENCRYPT_MODE, asked, nonce).doFinal(clear);
            return ByteBuffer.allocate(nonce.length + secret.length).put(nonce).put(secret).array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Nothing if it was closed with another pepper, or is not what was closed.
    Optional<byte[]> open(Asked asked, byte[] stored) {
        var nonce = new byte[NONCE_BYTES];
        System.arraycopy(stored, 0, nonce, 0, NONCE_BYTES);
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, asked, nonce)
                            .doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES));
        } catch (AEADBadTagException other) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Cipher cipher(int mode, Asked asked, byte[] nonce) throws GeneralSecurityException {
        var key = new SecretKeySpec(pepper.derive(PURPOSE, asked.key().value()), "AES");
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(asked.idBytes());
        return cipher;
    }
}
