package io.weir.quota.lease;

import io.weir.quota.schedule.Period;
import io.weir.quota.usage.Rollups;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import reactor.core.publisher.Mono;

/// Where the counters are kept: the truth that all nodes share.
public interface LeaseStore {

    /// Applies a report whole or not at all, once for each (node, sequence); a repeated one gets
    /// the first one's reply.
    ///
    /// @return the reply, or an error if it is not known whether the report was applied;
    ///   [UnknownNode] if it never can be
    Mono<Reply> exchange(Report report);

    /// Takes over from a former process of this node: none of its reports is applied from now on.
    Mono<Resumed> resume(UUID node);

    /// @param applied the number of the last report that was applied
    /// @param sequence the number to count on from
    /// @param leases what the store believes the node holds
    record Resumed(long applied, long sequence, List<Held> leases) {

        public Resumed {
            leases = List.copyOf(leases);
        }
    }

    /// A lease as the store knows it.
    record Held(CounterKey counter, Instant starts, long held) {}

    /// @param sequence 1 for a node's first report, one more for each that was answered
    record Report(UUID node, long sequence, List<Entry> leases, List<Rollups.Row> usage) {

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
    record Entry(
            CounterKey counter, Period period, long used, long returned, long needs, long wants) {}

    /// @param now by the store's clock, which decides which period it is
    /// @param grants in the order of the entries
    record Reply(Instant now, List<Grant> grants) {

        public Reply {
            grants = List.copyOf(grants);
        }
    }

    /// What the store says of a counter, the entry applied.
    ///
    /// @param inForce whether the period is the current one and the policy exists
    /// @param granted units added to the node's lease
    /// @param used units used in the period by all nodes, as far as they reported
    /// @param leased units that nodes hold, this one included
    /// @param held units that this node holds
    /// @param limit absent if unlimited
    record Grant(
            boolean inForce, long granted, long used, long leased, long held, OptionalLong limit) {}

    /// The store does not know this node's past: it was replaced or set back.
    final class UnknownNode extends RuntimeException {

        public UnknownNode(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
