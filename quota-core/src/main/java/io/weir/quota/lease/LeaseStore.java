package io.weir.quota.lease;

import io.weir.quota.schedule.Period;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Where the counters are kept: the truth that all nodes share.
public interface LeaseStore {

    /// Applies a report whole or not at all, once for each (node, sequence); a repeated one gets
    /// the first one's reply.
    ///
    /// @return the reply, or an error if it is not known whether the report was applied; [Refused]
    ///   if it never can be
    Mono<Reply> exchange(Report report);

    /// Takes over from a former process of this node: none of its reports is applied from now on.
    ///
    /// What nodes held whose identity is lost is forfeited: set aside until somebody decides. That
    /// is the one which this node replaces; without one, whoever had its name; and in any case who
    /// had its name and is not alive.
    ///
    /// @param name which the gateway keeps when it loses its identity; empty for none
    /// @param replaces the identity that the gateway had before, and gives up
    /// @param number larger than any that this node sent before; the next report has one more. One
    ///   that comes late, after a larger one, changes nothing
    /// @return [Refused] if the node itself was given up, or has sent a larger number
    Mono<Resumed> resume(UUID node, String name, @Nullable UUID replaces, long number);

    /// @param applied the number of the last report that was applied
    /// @param sequence the number to count on from
    /// @param forfeits how many leases of replaced nodes were forfeited
    /// @param leases what the store believes the node holds
    record Resumed(long applied, long sequence, long forfeits, List<Held> leases) {

        public Resumed {
            leases = List.copyOf(leases);
        }
    }

    /// A lease as the store knows it.
    record Held(CounterKey counter, Instant starts, long held) {}

    /// @param sequence one more for each that was answered, 1 for the first of all
    /// @param life how long the node spends a lease at most, from before it sends the report
    record Report(
            UUID node, long sequence, Duration life, List<Entry> leases, List<Rollups.Row> usage) {

        public Report {
            leases = List.copyOf(leases);
            usage = List.copyOf(usage);
        }
    }

    /// What a node says of one of its leases.
    ///
    /// @param used units used since its last report
    /// @param returned units it gives back
    /// @param needs units that requests wait for
    /// @param wants units it would like to hold on top, at least what it needs
    /// @param least units without which none of those requests is helped; fewer are not granted
    record Entry(
            CounterKey counter,
            Period period,
            long used,
            long returned,
            long needs,
            long wants,
            long least) {

        /// Takes whatever there is.
        public Entry(
                CounterKey counter,
                Period period,
                long used,
                long returned,
                long needs,
                long wants) {
            this(counter, period, used, returned, needs, wants, 0);
        }

        Entry atLeast(long units) {
            return new Entry(counter, period, used, returned, needs, wants, Math.min(units, needs));
        }
    }

    /// @param now by the store's clock, which decides which period it is
    /// @param nodes how many are alive, this one included
    /// @param rank how many of them come before this one
    /// @param grants in the order of the entries
    record Reply(Instant now, int nodes, int rank, List<Grant> grants) {

        public Reply {
            grants = List.copyOf(grants);
        }
    }

    /// What the store says of a counter, the entry applied.
    ///
    /// @param inForce whether the period is the current one, or about to be, and the policy exists
    /// @param granted units added to the node's lease
    /// @param used units used in the period by all nodes, as far as they reported
    /// @param leased units that nodes hold, this one included
    /// @param forfeited units that lost nodes held
    /// @param held units that this node holds
    /// @param limit absent if unlimited
    record Grant(
            boolean inForce,
            long granted,
            long used,
            long leased,
            long forfeited,
            long held,
            OptionalLong limit) {}

    /// The store takes no report of this node any more: it was given up, or its past is unknown
    /// because the store was replaced or set back.
    final class Refused extends RuntimeException {

        private final long applied;

        /// @param applied the number of the last report that was applied, 0 for none
        public Refused(String message, long applied, @Nullable Throwable cause) {
            super(message, cause);
            this.applied = applied;
        }

        public long applied() {
            return applied;
        }
    }
}
