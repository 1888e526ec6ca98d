package io.weir.quota.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.Examination.Counter;
import io.weir.quota.admission.Examination.Finding;
import io.weir.quota.admission.Examination.Tally;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Hours;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExaminationTest {

    static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
    static final UUID RULE = UUID.randomUUID();

    final Subject key = new Subject(SubjectKind.KEY, UUID.randomUUID());
    final Subject client = new Subject(SubjectKind.CLIENT, UUID.randomUUID());
    final Subject reseller = new Subject(SubjectKind.RESELLER, UUID.randomUUID());
    final List<SubjectSettings> settings = new ArrayList<>();
    final List<RuleSettings> rules = new ArrayList<>();

    @Test
    void aKeyWithinItsLimitsWouldBeAdmittedAndAllThatAppliesIsThere() {
        settings(key, Status.ACTIVE, TokenBucket.perMinute(new PolicyName("rpm"), 60));
        settings(client, Status.ACTIVE, monthly("monthly", 100));
        settings(reseller, Status.ACTIVE, monthly("pool", 1_000), monthly("own", 10));
        Finding finding = at(NOON).of(Map.of(counter(client, "monthly"), new Tally(40, 60, 0)));

        assertThat(finding.barred()).isEmpty();
        assertThat(finding.decides()).isEmpty();
        assertThat(finding.limits())
                .extracting(limit -> limit.policy().value())
                .containsExactly("rpm", "monthly", "pool");
        var quota = finding.limits().get(1).limit().orElseThrow();
        assertThat(quota.used()).isEqualTo(40);
        assertThat(quota.reserved()).isEqualTo(60);
        assertThat(quota.remaining()).isZero();
        assertThat(NOON.plus(quota.resetAfter().orElseThrow()))
                .isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
    }

    @Test
    void aResellersOwnKeyIsHeldToWhatItsClientsLeave() {
        settings(key, Status.ACTIVE);
        settings(reseller, Status.ACTIVE, monthly("pool", 1_000), monthly("own", 10));
        Finding finding = at(NOON).of(Map.of(counter(reseller, "own"), new Tally(10, 0, 0)));

        assertThat(finding.limits())
                .extracting(limit -> limit.policy().value())
                .containsExactly("own", "pool");
        assertThat(finding.decides().orElseThrow().policy().value()).isEqualTo("own");
    }

    @Test
    void whatIsSpentRefusesAndWhatWaitsForADecisionIsReserved() {
        path(monthly("monthly", 100));

        assertThat(decides(new Tally(100, 0, 0))).contains(Cause.QUOTA);
        assertThat(decides(new Tally(90, 0, 10))).contains(Cause.RESERVED);
        assertThat(decides(new Tally(99, 1, 0))).isEmpty();
    }

    @Test
    void aPeriodThatIsStillToComeIsUntouched() {
        path(monthly("monthly", 100));
        var spent = Map.of(counter(client, "monthly"), new Tally(100, 0, 0));

        assertThat(at(NOON).of(spent).decides()).isPresent();
        assertThat(at(Instant.parse("2026-04-01T00:00:00Z")).of(spent).decides()).isEmpty();
    }

    @Test
    void theWindowOfAnInheritedRuleDecidesByTheInstantAskedAbout() {
        path();
        settings.removeIf(one -> one.subject().equals(client));
        settings(client, Status.ACTIVE, Optional.of(RULE));
        window(Enforcement.ENFORCE);

        Finding day = at(NOON).of(Map.of());
        Finding night = at(Instant.parse("2026-03-04T21:30:00Z")).of(Map.of());

        assertThat(day.decides()).isEmpty();
        assertThat(day.rule()).contains(new Examination.Ruling(RULE, client));
        assertThat(night.decides().orElseThrow().cause()).isEqualTo(Cause.WINDOW);
        assertThat(night.decides().orElseThrow().retryAfter().orElseThrow()).hasHours(10);
        assertThat(night.limits().getFirst().kind()).isEqualTo(AppliedLimit.Kind.WINDOW);
    }

    @Test
    void whatOnlyObservesDecidesNothingAndSaysWhatItWouldHaveDone() {
        path();
        settings.removeIf(one -> one.subject().equals(key));
        settings(key, Status.ACTIVE, Optional.of(RULE));
        window(Enforcement.OBSERVE);
        Finding night = at(Instant.parse("2026-03-04T21:30:00Z")).of(Map.of());

        assertThat(night.decides()).isEmpty();
        assertThat(night.limits().getFirst().enforcement()).isEqualTo(Enforcement.OBSERVE);
        assertThat(night.limits().getFirst().refusal()).contains(Cause.WINDOW);
    }

    @Test
    void whoMayNotCallAtAllIsTold() {
        settings(key, Status.ACTIVE);
        settings(client, Status.SUSPENDED);
        settings(reseller, Status.ACTIVE);

        var barred = at(NOON).of(Map.of()).barred().orElseThrow();
        assertThat(barred.bar()).isEqualTo(Bar.SUSPENDED);
        assertThat(barred.subject()).isEqualTo(client);
    }

    @Test
    void theCountersToLookUpAreThoseOfThePeriodInTheAccountsZone() {
        path(monthly("monthly", 100));

        assertThat(at(NOON).counters()).contains(counter(client, "monthly")).hasSize(1);
    }

    private Optional<Cause> decides(Tally tally) {
        return at(NOON).of(Map.of(counter(client, "monthly"), tally))
                .decides()
                .map(AdmissionDecision.Violation::cause);
    }

    private void path(QuotaPolicy... ofClient) {
        settings(key, Status.ACTIVE);
        settings(client, Status.ACTIVE, ofClient);
        settings(reseller, Status.ACTIVE);
    }

    private Examination at(Instant at) {
        return new Examination(settings, rules, at);
    }

    private static Counter counter(Subject subject, String policy) {
        return new Counter(
                subject.id(), new PolicyName(policy), Instant.parse("2026-03-01T00:00:00Z"));
    }

    private void window(Enforcement enforcement) {
        var window =
                new AccessWindow(
                        ZoneId.of("Europe/Berlin"),
                        EnumSet.allOf(DayOfWeek.class),
                        Hours.parse("08:30-20:00").orElseThrow());
        rules.add(
                new RuleSettings(
                        1, RULE, true, enforcement, Optional.empty(), Optional.of(window)));
    }

    private static PeriodQuota monthly(String name, long limit) {
        return new PeriodQuota(
                new PolicyName(name),
                QuotaUnit.REQUESTS,
                CalendarPeriod.MONTHLY,
                Calendar.UTC,
                OptionalLong.of(limit),
                Enforcement.ENFORCE,
                FailureMode.CLOSED);
    }

    private void settings(Subject subject, Status status, QuotaPolicy... policies) {
        settings.add(stated(subject, status, Optional.empty(), List.of(policies)));
    }

    private void settings(Subject subject, Status status, Optional<UUID> rule) {
        settings.add(stated(subject, status, rule, List.of()));
    }

    private static SubjectSettings stated(
            Subject subject, Status status, Optional<UUID> rule, List<QuotaPolicy> policies) {
        return new SubjectSettings(
                1,
                subject,
                status,
                Optional.empty(),
                subject.kind() == SubjectKind.RESELLER
                        ? Optional.of(ZoneOffset.UTC)
                        : Optional.empty(),
                Optional.empty(),
                rule,
                Restrictions.NONE,
                null,
                policies);
    }
}
