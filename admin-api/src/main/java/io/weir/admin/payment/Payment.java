package io.weir.admin.payment;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/// What somebody wants to pay in.
///
/// @param amount in nano-units of the currency
/// @param once a digest of what names this payment: whoever asks again means the same one
record Payment(UUID reseller, long amount, String currency, String once) {

    /// A caller's keys are its own, so who asks is part of it; and so is what is paid, because
    /// after a refusal the same key may come with something else.
    static Payment of(
            UUID reseller, long amount, String currency, IdempotencyKey key, Principal who) {
        var parts =
                List.of(
                        String.valueOf(who.reseller()),
                        reseller.toString(),
                        Long.toString(amount),
                        currency,
                        key.value());
        return new Payment(reseller, amount, currency, digest(String.join("\n", parts)));
    }

    private static String digest(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
