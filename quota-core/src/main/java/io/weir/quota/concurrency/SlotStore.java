package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import reactor.core.publisher.Mono;

/// Where it is known how many slots each node holds.
public interface SlotStore {

    /// Says how many slots this node wants to hold, in all; answers how many it holds now. Saying
    /// it again changes nothing, so that lost replies do no harm.
    Mono<Long> state(Statement statement);

    /// Whether this node is on its own: the store does not answer, or may take it for dead.
    boolean isAway(long nanoTime);

    /// Requests gave up waiting for the answer to a call: told once in each of their patience.
    void overdue();

    /// @param limit of all nodes together
    /// @param taken what requests of this node have: granted in any case, because it is so
    /// @param wants what it wants to hold, at least what is taken
    record Statement(Subject subject, PolicyName policy, long limit, long taken, long wants) {

        public Statement {
            if (taken < 0 || wants < taken) {
                throw new IllegalArgumentException(
                        "wants must be at least taken, were: %d, %d".formatted(wants, taken));
            }
        }
    }
}
