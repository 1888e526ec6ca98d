package io.weir.gateway.provisioning;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What provisioning needs to know beside the routes.
///
/// @param readBodyLimit the most bytes of a body that is read before it is forwarded, and of an
///   answer that is read before it is
/// @param provisioningLife how long a place stays taken of which nobody knows whether it was used;
///   an answer is waited for half as long
@ConfigurationProperties("weir")
public record ProvisioningSettings(
        @DefaultValue("1048576") int readBodyLimit,
        @DefaultValue("15m") Duration provisioningLife) {

    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    public ProvisioningSettings {
        if (provisioningLife.compareTo(SHORTEST) < 0 || provisioningLife.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "WEIR_PROVISIONING_LIFE must be %d to %d seconds, was: %s"
                            .formatted(
                                    SHORTEST.toSeconds(), LONGEST.toSeconds(), provisioningLife));
        }
    }
}
