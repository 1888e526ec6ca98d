package io.weir.admin.transfer;

import io.weir.admin.wire.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.springframework.http.HttpStatus;

/// What has come so far of a file on its way in.
final class Intake {

    private static final long MOST_BYTES = 32L * 1024 * 1024;
    private static final long MOST_ROWS = 200_000;
    private static final int CHUNK = 256 * 1024;

    private final MessageDigest digest = sha256();
    private long bytes;
    private long inChunk;
    private long lines;
    private boolean lineBegun;
    private long chunks;

    /// @throws Problem if that is more than is taken
    void take(byte[] piece) {
        digest.update(piece);
        bytes += piece.length;
        inChunk += piece.length;
        for (byte one : piece) {
            boolean ends = one == '\n' || one == '\r';
            lines += ends && lineBegun ? 1 : 0;
            lineBegun = !ends;
        }
        if (bytes > MOST_BYTES) {
            throw new Problem(
                    HttpStatus.CONTENT_TOO_LARGE, "content-too-large", "The file may have 32 MiB.");
        }
        if (rows() > MOST_ROWS) {
            throw Problem.invalid("", "length", "At most %d rows are taken.".formatted(MOST_ROWS));
        }
    }

    boolean isFull() {
        if (inChunk < CHUNK) {
            return false;
        }
        inChunk = 0;
        return true;
    }

    /// @return the number of the chunk
    long store() {
        return chunks++;
    }

    boolean isEmpty() {
        return chunks == 0;
    }

    /// Lines that are not empty, without the header.
    long rows() {
        return Math.max(0, lines + (lineBegun ? 1 : 0) - 1);
    }

    /// What tells the file from others, once it is here.
    byte[] fingerprint() {
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
