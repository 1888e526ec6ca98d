package io.weir.quota.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.usage.Usage;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleChainTest {

    static final Usage TEN_CREDITS = new Usage(1, 0, 10);

    final World world = new World();
    final RuleNode ofKey = new RuleNode(UUID.randomUUID());
    final RuleNode ofClient = new RuleNode(UUID.randomUUID());
    final RuleNode ofReseller = new RuleNode(UUID.randomUUID());

    @BeforeEach
    void bind() {
        world.rule(world.key, ofKey);
        world.rule(world.client, ofClient);
        world.rule(world.reseller, ofReseller);
    }

    @Test
    void withoutAnyRuleInForceNothingIsRestricted() {
        assertThat(world.ask(TEN_CREDITS)).isInstanceOf(Admitted.class);
    }

    @Test
    void theKeysOwnRuleTakesThePlaceOfTheDefaults() {
        enforce(ofReseller, 0);
        enforce(ofClient, 0);
        enforce(ofKey, 20);

        assertThat(admitted()).isEqualTo(2);
    }

    @Test
    void aDisabledRuleFallsThroughToTheNextDefault() {
        world.rule(ofKey, false, Enforcement.ENFORCE, 0);
        enforce(ofReseller, 10);
        enforce(ofClient, 30);
        assertThat(admitted()).isEqualTo(3);

        world.rule(ofClient, false, Enforcement.ENFORCE, 30);
        world.rule(ofReseller, true, Enforcement.ENFORCE, 50);
        assertThat(admitted()).isEqualTo(2);
    }

    @Test
    void anEditIsObeyedByTheNextRequestAndUsageIsKept() {
        enforce(ofKey, 20);
        assertThat(admitted()).isEqualTo(2);

        enforce(ofKey, 50);
        assertThat(admitted()).isEqualTo(3);
        enforce(ofKey, 30);
        assertThat(admitted()).isZero();
    }

    @Test
    void aRuleInObserveModeRefusesNothing() {
        world.rule(ofKey, true, Enforcement.OBSERVE, 0);

        assertThat(world.ask(TEN_CREDITS)).isInstanceOf(Admitted.class);
    }

    @Test
    void aRuleThatIsDeletedRestrictsNothing() {
        enforce(ofKey, 0);
        world.admission.remove(ofKey);

        assertThat(world.ask(TEN_CREDITS)).isInstanceOf(Admitted.class);
    }

    private void enforce(RuleNode rule, long credits) {
        world.rule(rule, true, Enforcement.ENFORCE, credits);
    }

    private int admitted() {
        int admitted = 0;
        while (admitted < 10 && world.ask(TEN_CREDITS) instanceof Admitted(var reservation, _)) {
            reservation.settle(TEN_CREDITS);
            admitted++;
        }
        return admitted;
    }
}
