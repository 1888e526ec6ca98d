package io.weir.gateway.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.RuleNode;
import io.weir.quota.admission.SubjectNode;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects.Owner;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The subjects that are in use on this gateway. One is kept as long as a known key or a request
/// under way refers to it.
///
/// A node is in here before its settings are read, so that a change made meanwhile finds it; of two
/// readings the one of the newer version stays, whichever arrives last.
final class Nodes {

    private final Cache<UUID, Entry> entries = Caffeine.newBuilder().weakValues().build();
    private final Cache<Owners, Above> above = Caffeine.newBuilder().weakValues().build();
    private final Admission admission;

    Nodes(Admission admission) {
        this.admission = admission;
    }

    /// Whose a key is.
    record Owners(Optional<UUID> group, Optional<UUID> client, UUID reseller) {}

    /// The subjects above a key, nearest first: one object for all keys that have the same.
    ///
    /// @param account the entry that the key itself belongs to
    /// @param group kept in use as long as this is, as the account is
    record Above(Owners owners, Entry account, Optional<Entry> group, List<SubjectNode> nodes) {

        /// All whose settings count.
        Stream<Entry> entries() {
            Stream<Entry> accounts =
                    account.account == null
                            ? Stream.of(account)
                            : Stream.of(account, account.account);
            return Stream.concat(group.stream(), accounts);
        }
    }

    /// A subject, with the version of its settings.
    static final class Entry {

        final SubjectNode node;

        /// A reseller's second node, which holds its own keys.
        private final @Nullable SubjectNode own;

        /// Kept in use as long as this is.
        final @Nullable Entry account;

        private long version = -1;
        private volatile @Nullable UUID identity;

        Entry(Subject subject, @Nullable Entry account) {
            this.account = account;
            SubjectNode above = account == null ? null : account.node;
            this.node = new SubjectNode(subject, above);
            this.own =
                    subject.kind() == SubjectKind.RESELLER ? new SubjectNode(subject, above) : null;
        }

        /// The node that holds the keys which are this subject's own.
        private SubjectNode holder() {
            return own == null ? node : own;
        }

        /// Whether it is a key that is this one still, see [SubjectSettings]; no before its
        /// settings were read, and when it is gone.
        boolean is(UUID known) {
            return known.equals(identity);
        }

        /// The same, as the object that is here if it is the one of now.
        UUID shared(UUID known) {
            UUID now = identity;
            return now != null && now.equals(known) ? now : known;
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
                if (own != null) {
                    admission.configure(own, settings, true, rule);
                }
            }
        }

        private synchronized void remove(Admission admission) {
            version = Long.MAX_VALUE;
            identity = null;
            admission.remove(node);
            if (own != null) {
                admission.remove(own);
            }
        }
    }

    /// @param account the client or reseller it belongs to
    Entry entry(Subject subject, @Nullable Entry account) {
        return entries.get(subject.id(), _ -> new Entry(subject, account));
    }

    Above above(Owner owner) {
        return above.get(new Owners(owner.group(), owner.client(), owner.reseller()), this::above);
    }

    private Above above(Owners owners) {
        Entry reseller = entry(new Subject(SubjectKind.RESELLER, owners.reseller()), null);
        Entry account =
                owners.client()
                        .map(id -> entry(new Subject(SubjectKind.CLIENT, id), reseller))
                        .orElse(reseller);
        Optional<Entry> group =
                owners.group().map(id -> entry(new Subject(SubjectKind.GROUP, id), reseller));
        List<SubjectNode> nodes =
                SubjectPath.above(
                        group.map(shared -> shared.node), account.holder(), reseller.node);
        return new Above(owners, account, group, nodes);
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
