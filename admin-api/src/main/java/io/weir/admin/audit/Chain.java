package io.weir.admin.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The log as far as it was followed. Numbers have no gap, and each hash is that of the one before
/// it and of what its entry says.
///
/// @param number the last that was right
/// @param hash its hash, in hex
/// @param brokenAt the first that was not
record Chain(long number, String hash, @Nullable Long brokenAt) {

    private static final int HASH_BYTES = 32;

    static Chain start() {
        return new Chain(0, HexFormat.of().formatHex(new byte[HASH_BYTES]), null);
    }

    Chain follow(Link link) {
        if (brokenAt != null) {
            return this;
        }
        return link.number() == number + 1 && link.hash().equals(next(link.text()))
                ? new Chain(link.number(), link.hash(), null)
                : broken();
    }

    /// @param before where it was when the part began after which it is asked
    Chain orBrokenIfStillAt(Chain before) {
        return number == before.number ? broken() : this;
    }

    boolean goesOnTo(Verification.Head head) {
        return brokenAt == null && number < head.number();
    }

    Verification against(Verification.Head head) {
        Long wrong = wrongBy(head);
        return new Verification(wrong == null, head.number(), head.hash(), wrong);
    }

    private @Nullable Long wrongBy(Verification.Head head) {
        if (head.first() < 1) {
            return head.first();
        }
        if (brokenAt != null) {
            return brokenAt;
        }
        if (!hash.equals(head.hash())) {
            return head.number();
        }
        return head.last() > head.number() ? head.number() + 1 : null;
    }

    private Chain broken() {
        return brokenAt == null ? new Chain(number, hash, number + 1) : this;
    }

    private String next(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(HexFormat.of().parseHex(hash));
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
