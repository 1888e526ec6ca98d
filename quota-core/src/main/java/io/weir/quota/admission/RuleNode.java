package io.weir.quota.admission;

import java.util.Optional;
import java.util.UUID;

/// One rule as paths meet it. All keys that it applies to share it, so that a change to the rule is
/// one volatile write, however many they are.
public final class RuleNode {

    private final UUID id;
    private volatile Optional<RuleSettings> settings = Optional.empty();
    private long version = -1;

    public RuleNode(UUID id) {
        this.id = id;
    }

    public UUID id() {
        return id;
    }

    /// Of two readings the one of the newer version stays, whichever arrives last.
    synchronized void configure(RuleSettings changed) {
        if (changed.version() >= version) {
            version = changed.version();
            settings = Optional.of(changed);
        }
    }

    synchronized void remove() {
        version = Long.MAX_VALUE;
        settings = Optional.empty();
    }

    /// Whether it was ever read.
    public synchronized boolean isKnown() {
        return version >= 0;
    }

    /// What it says, if it is enabled.
    Optional<RuleSettings> inForce() {
        return settings.filter(RuleSettings::enabled);
    }
}
