package io.weir.quota.admission;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.subject.Hash;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Where subjects are configured, and how a change of them is heard of.
public interface Subjects {

    /// Whose credentials have these hashes; those that nobody has are not among them.
    Mono<Map<Hash, Owner>> owners(Set<Hash> hashes);

    /// The settings of those subjects that exist.
    Mono<List<SubjectSettings>> settings(Collection<UUID> subjects);

    /// Those of the rules that exist.
    Mono<List<RuleSettings>> rules(Collection<UUID> rules);

    /// What changed after a version of the configuration.
    Mono<Changes> changesSince(long version);

    /// What the store announces, from subscription until the connection is lost, which is an error.
    /// [Listening] comes first.
    Flux<Announcement> announcements();

    /// @param version of the configuration that was read
    /// @param client absent for a reseller's own key
    /// @param identity of the key, see [SubjectSettings]
    /// @param expires when this secret stops, while its key may go on with another
    record Owner(
            long version,
            UUID key,
            Optional<UUID> group,
            Optional<UUID> client,
            UUID reseller,
            UUID identity,
            Optional<Instant> expires) {}

    /// @param version the newest
    /// @param complete whether all changes are still known; if not, everything may have changed
    /// @param subjects and rules that changed
    record Changes(long version, boolean complete, Set<UUID> subjects) {

        public Changes {
            subjects = Set.copyOf(subjects);
        }
    }

    /// What the store tells without being asked.
    sealed interface Announcement {

        /// From now on nothing is missed.
        record Listening() implements Announcement {}

        /// @param subjects that changed with this version; none if it is not told which, or if it
        ///   is something else that changed
        record Configured(long version, Set<UUID> subjects) implements Announcement {

            public Configured {
                subjects = Set.copyOf(subjects);
            }
        }

        /// A node is in need of units that others hold.
        record Wanted(CounterKey counter) implements Announcement {}

        /// Units that somebody waits for were given back.
        record Returned(CounterKey counter) implements Announcement {}
    }
}
