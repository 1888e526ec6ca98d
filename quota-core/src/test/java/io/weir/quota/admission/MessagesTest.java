package io.weir.quota.admission;

import static io.weir.quota.admission.World.monthly;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.usage.Usage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Parts of a request that is under way and holds its slot.
class MessagesTest {

    final World world = new World();

    @Test
    void aMessageOfAConnectionMeetsAllLimitsButThoseOfSlots() {
        world.limits(
                world.key,
                new Concurrency(new PolicyName("conc"), 1),
                TokenBucket.perMinute(new PolicyName("rpm"), 100));
        world.limits(world.client, monthly(3));
        Reservation connection = world.admitted();
        for (int i = 0; i < 2; i++) {
            assertThat(message()).isInstanceOf(Admitted.class);
        }

        assertThat(message()).isInstanceOf(Rejected.class);
        assertThat(world.refused().cause()).isEqualTo(Cause.CONCURRENCY);
        connection.settle(Usage.ONE_REQUEST);
        assertThat(world.refused().policy().value()).isEqualTo("monthly");
        assertThat(world.used(world.client, "monthly")).isEqualTo(3);
    }

    private @Nullable AdmissionDecision message() {
        AdmissionDecision decision =
                world.admission.admitMessage(world.path, Usage.ONE_REQUEST).block();
        if (decision instanceof Admitted(Reservation reservation, _)) {
            reservation.settle(Usage.ONE_REQUEST);
        }
        return decision;
    }
}
