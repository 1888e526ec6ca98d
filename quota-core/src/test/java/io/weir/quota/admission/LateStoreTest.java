package io.weir.quota.admission;

import static io.weir.quota.admission.World.monthly;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whose fault it is when a request has waited as long as it may.
class LateStoreTest {

    @Test
    void whileTheStoreIsAwayARateThatHasToBeAskedAgainIsNotWhatRefuses() {
        var slow = new World(new AskingRates(0));
        slow.limits(slow.key, TokenBucket.perMinute(AdmissionTest.RPM, 100));
        slow.limits(slow.client, monthly(1_000));
        slow.store.away(true);

        assertThat(slow.ask())
                .isEqualTo(
                        new StoreAway(List.of(new PolicyName("monthly")), Duration.ofSeconds(1)));
    }

    @Test
    void aRateWhoseStoreIsLateIsDecidedByThisNodesShareAndIsNoFaultOfTheCaller() {
        var rates = new AskingRates(2);
        var late = new World(rates);
        rates.asked = () -> late.store.pass(Duration.ofSeconds(1));
        late.limits(late.key, TokenBucket.perMinute(AdmissionTest.RPM, 100));
        late.limits(late.client, monthly(1_000));

        late.admitted().settle(Usage.ONE_REQUEST);
        late.admitted().settle(Usage.ONE_REQUEST);
        assertThat(late.refused().policy()).isEqualTo(AdmissionTest.RPM);
        assertThat(late.used(late.client, "monthly")).isEqualTo(2);
    }
}
