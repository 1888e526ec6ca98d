package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Renewal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// A budget is a limit like others: on what was bought, in credits, which never comes back.
class BudgetLimitTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 2);

    @AfterAll
    static void stop() {
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    @Test
    void aKeyWithABudgetIsHeldToWhatItsClientBought() {
        UUID reseller = database.reseller("100");
        UUID key = UUID.randomUUID();
        database.run(
                """
                INSERT INTO key (id, reseller_id, label, prefix, last_four) VALUES ('%1$s', '%2$s', 'k', 'p', '1234');
                SELECT top_up('%2$s', 60); SELECT open_budget('%1$s', 100, 60)
                """
                        .formatted(key, reseller));

        List<SubjectSettings> settings =
                Objects.requireNonNull(
                        postgres.subjects().settings(List.of(key)).block(Duration.ofSeconds(10)));

        assertThat(settings.getFirst().policies())
                .filteredOn(PeriodQuota.class::isInstance)
                .map(PeriodQuota.class::cast)
                .singleElement()
                .satisfies(
                        budget -> {
                            assertThat(budget.name().toString()).contains("budget");
                            assertThat(budget.unit()).isEqualTo(QuotaUnit.CREDITS);
                            assertThat(budget.renewal()).isInstanceOf(Renewal.Never.class);
                            assertThat(budget.limit()).hasValue(100);
                            assertThat(budget.failureMode()).isEqualTo(FailureMode.CLOSED);
                        });
    }
}
