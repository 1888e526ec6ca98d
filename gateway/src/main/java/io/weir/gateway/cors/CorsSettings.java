package io.weir.gateway.cors;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param corsOrigins whose pages may call, such as `https://app.example.com`, or `*` for all;
///   empty for none
/// @param corsMaxAge how long a browser may remember the answer to a preflight
@ConfigurationProperties("weir")
record CorsSettings(
        @DefaultValue("") List<String> corsOrigins, @DefaultValue("10m") Duration corsMaxAge) {

    private static final String ALL = "*";

    CorsSettings {
        corsOrigins =
                corsOrigins.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
        corsOrigins.forEach(CorsSettings::check);
        if (corsMaxAge.isNegative()) {
            throw new IllegalArgumentException(
                    "weir.cors-max-age must not be negative, was: " + corsMaxAge);
        }
    }

    private static void check(String origin) {
        if (!origin.equals(ALL) && !isOrigin(origin)) {
            throw new IllegalArgumentException(
                    "WEIR_CORS_ORIGINS takes * or origins such as https://app.example.com,"
                            + " without a path; not: "
                            + origin);
        }
    }

    private static boolean isOrigin(String text) {
        try {
            var uri = new URI(text);
            return uri.getHost() != null
                    && (uri.getScheme() + "://" + uri.getRawAuthority()).equals(text)
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException no) {
            return false;
        }
    }
}
