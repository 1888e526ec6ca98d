package io.weir.quota.provisioning;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What is counted of a reseller.
public enum EntityKind {
    TENANT,
    VDC,
    VM;

    /// By the name of its quota, such as `vms`.
    public static Optional<EntityKind> ofQuota(String name) {
        return Arrays.stream(values()).filter(kind -> kind.quota().equals(name)).findFirst();
    }

    /// As the store calls it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String quota() {
        return word() + "s";
    }
}
