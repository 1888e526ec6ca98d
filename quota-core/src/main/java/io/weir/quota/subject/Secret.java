package io.weir.quota.subject;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/// A bearer secret: `weir_sk_` (a client's key) or `weir_at_` (a token of the admin API), 32 random
/// base-62 characters (190 bits), and 6 that hold the CRC-32 of what stands before them, so that
/// junk is refused without a look-up.
///
/// It is never stored or logged; [#toString()] shows the [#prefix()] only.
public final class Secret {

    /// What a secret opens.
    public enum Kind {
        KEY("weir_sk_"),
        TOKEN("weir_at_");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int PREFIX_LENGTH = 8;
    private static final int RANDOM_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 6;
    private static final int LENGTH = PREFIX_LENGTH + RANDOM_LENGTH + CHECKSUM_LENGTH;
    private static final int SHOWN = 4;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret generate(Kind kind, SecureRandom random) {
        var text = new StringBuilder(LENGTH).append(kind.prefix);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new Secret(text.append(checksum(text)).toString());
    }

    /// The secret that a caller showed, or nothing if it can't be one of ours.
    public static Optional<Secret> parse(Kind kind, String text) {
        if (text.length() != LENGTH || !text.startsWith(kind.prefix)) {
            return Optional.empty();
        }
        int body = LENGTH - CHECKSUM_LENGTH;
        return checksum(text.substring(0, body)).contentEquals(text.substring(body))
                ? Optional.of(new Secret(text))
                : Optional.empty();
    }

    /// Enough to recognise it by, too little to guess it from.
    public String prefix() {
        return value.substring(0, PREFIX_LENGTH + SHOWN);
    }

    public String lastFour() {
        return value.substring(LENGTH - SHOWN);
    }

    /// The whole secret: for the one answer that shows it, and for hashing.
    public String reveal() {
        return value;
    }

    private static String checksum(CharSequence text) {
        var crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        long rest = crc.getValue();
        var digits = new char[CHECKSUM_LENGTH];
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
