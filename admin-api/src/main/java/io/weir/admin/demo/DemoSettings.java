package io.weir.admin.demo;

import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param key a secret for the demo client's key, empty for none
/// @param limitedKey a secret for one that is soon refused, empty for none
@ConfigurationProperties("weir.demo")
record DemoSettings(boolean enabled, String key, String limitedKey) {

    /// Records print their components, and these are secrets.
    @Override
    public String toString() {
        return "DemoSettings[enabled=" + enabled + "]";
    }
}
