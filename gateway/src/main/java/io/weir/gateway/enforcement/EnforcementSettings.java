package io.weir.gateway.enforcement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the filter needs to know beside the routes.
///
/// @param keyHeader a further header in which callers may put their key
/// @param adminUrl of the admin API, as people call it: refusals say where more is told about them
/// @param readBodyLimit the most bytes of a body that is read before it is forwarded
/// @param maxCost in credits: set aside and charged where nobody has set a price, or only one for
///   tokens that nobody counts; empty, such requests are refused where credits are limited
/// @param spentStatus with which callers of plain routes are told that a budget or balance is
///   spent: 402, or 429 for those who know nothing of 402
/// @param upstreamCredentials the operator's own credentials, by the name that a route's metadata
///   `upstream-credential` gives
@ConfigurationProperties("weir")
record EnforcementSettings(
        @DefaultValue("") String keyHeader,
        @DefaultValue("") String adminUrl,
        @DefaultValue("1048576") int readBodyLimit,
        @DefaultValue("") String maxCost,
        @DefaultValue("402") int spentStatus,
        @DefaultValue Map<String, UpstreamCredential> upstreamCredentials) {

    /// A header that the upstream gets in place of the caller's key.
    ///
    /// @param header its name
    /// @param prefix what comes before the secret, such as `Bearer` and a space
    /// @param value the secret, or empty if it is in a file
    /// @param file where the secret is, read once at start
    record UpstreamCredential(
            @DefaultValue("Authorization") String header,
            @DefaultValue("") String prefix,
            @DefaultValue("") String value,
            @DefaultValue("") String file) {

        UpstreamCredential {
            if (value.isEmpty() == file.isEmpty()) {
                throw new IllegalArgumentException(
                        "An upstream credential needs either a value or a file");
            }
        }

        String headerValue() {
            try {
                return prefix + (file.isEmpty() ? value : Files.readString(Path.of(file)).strip());
            } catch (IOException unreadable) {
                throw new UncheckedIOException("Could not read " + file, unreadable);
            }
        }

        @Override
        public String toString() {
            return "UpstreamCredential[header=" + header + "]";
        }
    }
}
