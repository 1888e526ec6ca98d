package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.ServiceLimit.Kind;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class RateLimitFieldsTest {

    static final ServiceLimit RPM = rate("rpm", 60, 42, Duration.ofMillis(950));
    static final ServiceLimit MONTHLY =
            new ServiceLimit(
                    new PolicyName("monthly"),
                    Kind.QUOTA,
                    QuotaUnit.REQUESTS,
                    50_000,
                    37_127,
                    0,
                    12_873,
                    Optional.of(Duration.ofDays(31)),
                    Optional.of(Duration.ofSeconds(918_233)));
    static final ServiceLimit CONC =
            new ServiceLimit(
                    new PolicyName("conc"),
                    Kind.CONCURRENCY,
                    QuotaUnit.REQUESTS,
                    5,
                    1,
                    0,
                    4,
                    Optional.empty(),
                    Optional.empty());

    final HttpHeaders headers = new HttpHeaders();

    @Test
    void eachLimitIsAnItemOfBothFields() {
        write(key(RPM), client(MONTHLY), key(CONC));

        assertThat(policy())
                .isEqualTo(
                        "\"rpm\";q=60;w=60, \"monthly\";q=50000;w=2678400,"
                                + " \"conc\";q=5;qu=\"concurrent-requests\"");
        assertThat(limit()).isEqualTo("\"rpm\";r=42;t=1, \"monthly\";r=12873;t=918233");
    }

    @Test
    void bothFieldsAreStructuredFieldLists() {
        write(key(RPM), client(MONTHLY), key(CONC));

        assertThat(Parser.parseList(policy()).get()).hasSize(3);
        assertThat(Parser.parseList(limit()).get()).hasSize(2);
    }

    @Test
    void aQuotaBeyondTheLargestIntegerIsShownAsThat() {
        write(key(rate("rpm", Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO)));

        assertThat(Parser.parseList(policy()).get()).hasSize(1);
        assertThat(limit()).contains("r=999999999999999");
    }

    @Test
    void aClientIsNotShownTheQuotaOfItsReseller() {
        write(client(MONTHLY), reseller(rate("pool", 9, 9, Duration.ZERO)));

        assertThat(policy()).doesNotContain("pool");
    }

    @Test
    void aResellersOwnKeyIs() {
        write(key(RPM), reseller(rate("pool", 9, 9, Duration.ZERO)));

        assertThat(policy()).contains("pool");
    }

    @Test
    void whatRefusedIsAlwaysShown() {
        ServiceLimit pool = rate("pool", 9, 0, Duration.ofSeconds(3));
        RateLimitFields.write(
                headers,
                List.of(client(MONTHLY), reseller(pool)),
                List.of(
                        new Violation(
                                reseller(pool).subject(),
                                pool.policy(),
                                Cause.QUOTA,
                                Optional.of(pool),
                                Optional.of(Duration.ofSeconds(3)))));

        assertThat(limit()).contains("\"pool\";r=0;t=3");
    }

    @Test
    void tokensCarryTheirUnitAndAQuotaThatIsResetByHandHasNoWindow() {
        write(
                key(
                        new ServiceLimit(
                                new PolicyName("tokens"),
                                Kind.QUOTA,
                                QuotaUnit.TOKENS,
                                100,
                                40,
                                0,
                                60,
                                Optional.empty(),
                                Optional.empty())));

        assertThat(policy()).isEqualTo("\"tokens\";q=100;weir-unit=\"tokens\"");
        assertThat(limit()).isEqualTo("\"tokens\";r=60");
    }

    @Test
    void withoutAnyLimitThereAreNoFields() {
        write();

        assertThat(headers.isEmpty()).isTrue();
    }

    private void write(LimitState... limits) {
        RateLimitFields.write(headers, List.of(limits), List.of());
    }

    private String policy() {
        return Objects.requireNonNull(headers.getFirst("RateLimit-Policy"));
    }

    private String limit() {
        return Objects.requireNonNull(headers.getFirst("RateLimit"));
    }

    private static ServiceLimit rate(String name, long quota, long left, Duration reset) {
        return new ServiceLimit(
                new PolicyName(name),
                Kind.RATE,
                QuotaUnit.REQUESTS,
                quota,
                quota - left,
                0,
                left,
                Optional.of(Duration.ofMinutes(1)),
                Optional.of(reset));
    }

    private static LimitState key(ServiceLimit limit) {
        return state(SubjectKind.KEY, limit);
    }

    private static LimitState client(ServiceLimit limit) {
        return state(SubjectKind.CLIENT, limit);
    }

    private static LimitState reseller(ServiceLimit limit) {
        return state(SubjectKind.RESELLER, limit);
    }

    private static LimitState state(SubjectKind kind, ServiceLimit limit) {
        return new LimitState(new Subject(kind, new UUID(0, kind.name().hashCode())), limit);
    }
}
