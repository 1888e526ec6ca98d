package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.RuleNode;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A rule that keys are bound to is edited in the middle of its period: usage is kept, and what
/// remains is the new limit less what was used.
class RuleEditTest {

    private static final long CREDIT = 1_000_000_000;
    private static final Usage ONE_CREDIT = new Usage(1, 0, CREDIT);

    final TestDatabase database = TestDatabase.start();
    final UUID reseller = database.reseller("1000");
    final RuleNode rule = new RuleNode(UUID.randomUUID());
    Node node;

    @BeforeEach
    void start() {
        database.run(
                """
                INSERT INTO rule (id, reseller_id, name, enabled, quota_period, quota_credits)
                VALUES ('%s', '%s', 'edited', true, 'daily', %d)
                """
                        .formatted(rule.id(), reseller, 5 * CREDIT));
        node = new Node(database);
        node.configure(rule);
    }

    @AfterEach
    void stop() {
        node.stop();
        database.close();
    }

    @Test
    void aLimitOfFiveThenThreeThenTenCreditsKeepsWhatWasUsed() {
        UUID key = key();
        SubjectPath path = path(key);
        assertThat(spent(path, 4)).isEqualTo(4);
        assertThat(ofRule(path).remaining()).isEqualTo(CREDIT);

        edit(3);
        assertThat(spent(path, 1)).isZero();
        assertThat(ofRule(path).used()).isEqualTo(4 * CREDIT);
        assertThat(ofRule(path).remaining()).isZero();

        edit(10);
        assertThat(ofRule(path).remaining()).isEqualTo(6 * CREDIT);
        assertThat(spent(path, 20)).isEqualTo(6);
        assertThat(ofRule(path).used()).isEqualTo(10 * CREDIT);
    }

    @Test
    void anEditIsMetByEveryKeyThatIsBoundEachWithItsOwnUsage() {
        SubjectPath first = path(key());
        SubjectPath second = path(key());
        assertThat(spent(first, 4)).isEqualTo(4);
        assertThat(spent(second, 1)).isEqualTo(1);

        edit(3);

        assertThat(spent(first, 20)).isZero();
        assertThat(spent(second, 20)).isEqualTo(2);
        edit(10);
        assertThat(spent(first, 20)).isEqualTo(6);
        assertThat(spent(second, 20)).isEqualTo(7);
    }

    private UUID key() {
        UUID id = UUID.randomUUID();
        database.run(
                """
                INSERT INTO key (id, reseller_id, label, prefix, last_four, rule_id, requests_per_minute)
                VALUES ('%s', '%s', 'k', 'p', '1234', '%s', NULL)
                """
                        .formatted(id, reseller, rule.id()));
        return id;
    }

    private SubjectPath path(UUID key) {
        return new SubjectPath(
                List.of(
                        node.node(new Subject(SubjectKind.KEY, key), Optional.of(rule)),
                        node.node(new Subject(SubjectKind.RESELLER, reseller), Optional.empty())));
    }

    private void edit(long credits) {
        database.run(
                "UPDATE rule SET quota_credits = %d WHERE id = '%s'"
                        .formatted(credits * CREDIT, rule.id()));
        node.configure(rule);
    }

    private int spent(SubjectPath path, int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            if (Node.now(node.admission.admit(path, ONE_CREDIT))
                    instanceof Admitted(var reservation, _)) {
                reservation.settle(ONE_CREDIT);
                admitted++;
            }
        }
        return admitted;
    }

    private ServiceLimit ofRule(SubjectPath path) {
        return Node.now(node.admission.freshLimits(path)).stream()
                .map(state -> state.limit())
                .filter(limit -> limit.policy().value().equals("rule-daily"))
                .findFirst()
                .orElseThrow();
    }
}
