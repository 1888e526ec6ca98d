package io.weir.quota.policy;

import java.util.regex.Pattern;

/// The name a policy is advertised under in the `RateLimit-Policy` field.
public record PolicyName(String value) {

    private static final Pattern KEBAB_CASE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public PolicyName {
        if (!KEBAB_CASE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "A policy name must be lowercase kebab-case, was: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
