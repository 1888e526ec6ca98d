package io.weir.admin.access;

import io.weir.quota.subject.Pepper;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param pepper under which credentials are hashed, base64, the same as the gateways'
/// @param adminToken an operator token to start with; empty, one is made up and shown once
@ConfigurationProperties("weir.access")
public record AccessSettings(String pepper, String adminToken) {

    Pepper hashes() {
        return Pepper.of(pepper);
    }

    /// Records print their components, and these are secrets.
    @Override
    public String toString() {
        return "AccessSettings[]";
    }
}
