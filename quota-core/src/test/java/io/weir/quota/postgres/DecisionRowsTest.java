package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AppliedLimit;
import io.weir.quota.decision.Decision;
import io.weir.quota.decision.Decision.Decider;
import io.weir.quota.decision.Decision.Told;
import io.weir.quota.decision.DecisionStore;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class DecisionRowsTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 4);

    /// Ids in the order of time.
    static final AtomicLong NUMBER = new AtomicLong();

    final DecisionStore store = postgres.decisions();
    final UUID key = UUID.randomUUID();

    @AfterAll
    static void stop() {
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    @Test
    void aDecisionIsKeptWithAllThatAppliedAndARepeatedReportChangesNothing() {
        Decision decision = decision(Instant.now());
        keep(List.of(decision));
        keep(List.of(decision));

        assertThat(count("outcome = 'refused' AND client_id IS NULL AND route = 'demo'"))
                .isEqualTo(1);
        assertThat(count("explanation ->> 'status' = '429'")).isEqualTo(1);
        assertThat(count("explanation #>> '{decided_by,policy}' = 'rpd'")).isEqualTo(1);
        assertThat(count("explanation #>> '{limits,0,used}' = '7'")).isEqualTo(1);
        assertThat(count("explanation #>> '{limits,0,refused_for}' = 'quota'")).isEqualTo(1);
    }

    @Test
    void ofAKeyTheLastThousandAreKept() {
        List<Decision> all =
                IntStream.range(0, 3_000).mapToObj(_ -> decision(Instant.now())).toList();
        for (int from = 0; from < all.size(); from += 500) {
            keep(all.subList(from, from + 500));
        }

        assertThat(count("true")).isEqualTo(1_000);
        assertThat(count("id = '%s'".formatted(all.get(2_000).request()))).isEqualTo(1);
        assertThat(count("id = '%s'".formatted(all.get(1_999).request()))).isZero();
    }

    @Test
    void aKeyThatIsRefusedNowAndThenStaysBoundedToo() {
        for (int i = 0; i < 150; i++) {
            keep(IntStream.range(0, 10).mapToObj(_ -> decision(Instant.now())).toList());
        }

        assertThat(count("true")).isBetween(1_000L, 1_500L);
    }

    @Test
    void whatIsOlderThanADayIsForgottenEvenIfNothingIsRefusedAnyMore() {
        keep(List.of(decision(Instant.now().minus(25, ChronoUnit.HOURS))));
        keep(List.of());

        assertThat(count("true")).isZero();
    }

    @Test
    void aClockThatIsAheadKeepsNothingForLonger() {
        keep(List.of(decision(Instant.now().plus(10, ChronoUnit.DAYS))));

        assertThat(count("decided_at <= clock_timestamp()")).isEqualTo(1);
    }

    @Test
    void moreThanFitsAtOnceIsRefusedForGood() {
        List<Decision> many =
                IntStream.range(0, 5_001).mapToObj(_ -> decision(Instant.now())).toList();

        StepVerifier.create(store.keep(many)).verifyError(DecisionStore.Refused.class);
        assertThat(count("true")).isZero();
    }

    private void keep(List<Decision> decisions) {
        store.keep(decisions).block(Duration.ofSeconds(10));
    }

    private long count(String condition) {
        return database.number(
                "SELECT count(*) FROM decision WHERE key_id = '%s' AND %s"
                        .formatted(key, condition));
    }

    private Decision decision(Instant at) {
        var subject = new Subject(SubjectKind.KEY, key);
        var policy = new PolicyName("rpd");
        var limit =
                new ServiceLimit(
                        policy,
                        ServiceLimit.Kind.QUOTA,
                        QuotaUnit.REQUESTS,
                        7,
                        7,
                        0,
                        0,
                        Optional.of(Duration.ofDays(1)),
                        Optional.of(Duration.ofHours(1)));
        var applied =
                new AppliedLimit(
                        subject,
                        policy,
                        AppliedLimit.Kind.QUOTA,
                        Enforcement.ENFORCE,
                        Optional.of(limit),
                        Optional.of(Cause.QUOTA),
                        limit.resetAfter());
        var decider = new Decider("quota", Optional.of(subject), Optional.of(policy));
        return new Decision(
                new UUID(NUMBER.incrementAndGet(), UUID.randomUUID().getLeastSignificantBits()),
                at,
                key,
                Optional.empty(),
                UUID.randomUUID(),
                "demo",
                Optional.of(new Told(429, "type", "title", "detail", decider)),
                List.of(applied));
    }
}
