package io.weir.gateway.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.RuleNode;
import io.weir.quota.admission.SubjectNode;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.subject.Subject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The subjects that are in use on this gateway. One is kept as long as a known key or a request
/// under way refers to it.
///
/// A node is in here before its settings are read, so that a change made meanwhile finds it; of two
/// readings the one of the newer version stays, whichever arrives last.
final class Nodes {

    private final Cache<UUID, Entry> entries = Caffeine.newBuilder().weakValues().build();
    private final Admission admission;

    Nodes(Admission admission) {
        this.admission = admission;
    }

    /// A subject, with the version of its settings. A reseller has a second node, for its own keys.
    static final class Entry {

        final SubjectNode node;
        final SubjectNode own;

        /// Kept in use as long as this is.
        final @Nullable Entry account;

        private long version = -1;
        private volatile String identity = "";

        Entry(Subject subject, @Nullable Entry account) {
            this.account = account;
            SubjectNode above = account == null ? null : account.node;
            this.node = new SubjectNode(subject, above);
            this.own = new SubjectNode(subject, above);
        }

        /// Of a key, see [SubjectSettings]; empty before its settings were read, and when it is
        /// gone.
        String identity() {
            return identity;
        }

        /// Whether its settings were read.
        synchronized boolean isInForce() {
            return version >= 0;
        }

        private synchronized void configure(
                Admission admission, SubjectSettings settings, Optional<RuleNode> rule) {
            if (settings.version() >= version) {
                version = settings.version();
                identity = settings.identity();
                admission.configure(node, settings, false, rule);
                admission.configure(own, settings, true, rule);
            }
        }

        private synchronized void remove(Admission admission) {
            version = Long.MAX_VALUE;
            identity = "";
            admission.remove(node);
            admission.remove(own);
        }
    }

    /// @param account the client or reseller it belongs to
    Entry entry(Subject subject, @Nullable Entry account) {
        return entries.get(subject.id(), _ -> new Entry(subject, account));
    }

    /// Which of these are in use here.
    Set<UUID> known(Collection<UUID> subjects) {
        return Set.copyOf(entries.getAllPresent(subjects).keySet());
    }

    Set<UUID> all() {
        return Set.copyOf(entries.asMap().keySet());
    }

    /// Puts in force what was read; who was asked for and is not among them is gone.
    ///
    /// @param rules those that the settings name
    void configure(
            Collection<UUID> asked, List<SubjectSettings> settings, Map<UUID, RuleNode> rules) {
        Map<UUID, Entry> present = entries.getAllPresent(asked);
        Set<UUID> gone = new HashSet<>(present.keySet());
        for (SubjectSettings found : settings) {
            gone.remove(found.subject().id());
            Entry entry = present.get(found.subject().id());
            if (entry != null) {
                entry.configure(admission, found, found.rule().map(rules::get));
            }
        }
        gone.forEach(id -> Objects.requireNonNull(present.get(id)).remove(admission));
    }
}
