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
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

/// How limits stand in the words of OpenAI and Anthropic.
class DialectFieldsTest {

    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.250Z");
    static final Optional<Duration> MONTH = Optional.of(Duration.ofDays(10));

    final HttpHeaders headers = new HttpHeaders();

    @Test
    void openAiIsToldOneLimitOfRequestsAndOneOfTokens() {
        write(
                Dialect.OPENAI,
                key(rate(QuotaUnit.REQUESTS, 60, 42)),
                key(rate(QuotaUnit.TOKENS, 100_000, 99_500)));

        assertThat(header("x-ratelimit-limit-requests")).isEqualTo("60");
        assertThat(header("x-ratelimit-remaining-requests")).isEqualTo("42");
        assertThat(header("x-ratelimit-reset-requests")).isEqualTo("18s");
        assertThat(header("x-ratelimit-limit-tokens")).isEqualTo("100000");
        assertThat(header("x-ratelimit-remaining-tokens")).isEqualTo("99500");
        assertThat(header("x-ratelimit-reset-tokens")).isEqualTo("300ms");
    }

    @Test
    void anthropicIsToldThousandsOfTokensAndTimestamps() {
        write(
                Dialect.ANTHROPIC,
                key(rate(QuotaUnit.REQUESTS, 60, 42)),
                client(quota(QuotaUnit.TOKENS, 100_000, 87_127, MONTH)));

        assertThat(header("anthropic-ratelimit-requests-limit")).isEqualTo("60");
        assertThat(header("anthropic-ratelimit-requests-remaining")).isEqualTo("42");
        assertThat(header("anthropic-ratelimit-requests-reset")).isEqualTo("2026-11-21T10:00:18Z");
        assertThat(header("anthropic-ratelimit-tokens-limit")).isEqualTo("100000");
        assertThat(header("anthropic-ratelimit-tokens-remaining")).isEqualTo("87000");
        assertThat(header("anthropic-ratelimit-tokens-reset")).isEqualTo("2026-12-01T10:00:00Z");
        assertThat(headers.headerNames()).noneMatch(name -> name.contains("put-tokens"));
    }

    @ParameterizedTest
    @CsvSource({"499, 0", "500, 1000", "1499, 1000", "1500, 1500"})
    void tokensAreRoundedToTheNearestThousandAndNeverAboveTheLimit(long left, String told) {
        write(Dialect.ANTHROPIC, key(quota(QuotaUnit.TOKENS, 1_500, left, MONTH)));

        assertThat(header("anthropic-ratelimit-tokens-remaining")).isEqualTo(told);
    }

    @Test
    void ofManyLimitsTheOneThatLeavesTheLeastIsTold() {
        write(
                Dialect.OPENAI,
                key(rate(QuotaUnit.REQUESTS, 60, 42)),
                client(quota(QuotaUnit.REQUESTS, 1_000, 7, MONTH)));

        assertThat(header("x-ratelimit-limit-requests")).isEqualTo("1000");
        assertThat(header("x-ratelimit-remaining-requests")).isEqualTo("7");
        assertThat(header("x-ratelimit-reset-requests")).isEqualTo("240h0m0s");
    }

    @Test
    void ofTwoThatAreSpentTheOneThatLastsLongerIsTold() {
        write(
                Dialect.OPENAI,
                client(quota(QuotaUnit.REQUESTS, 1_000, 0, MONTH)),
                key(rate(QuotaUnit.REQUESTS, 60, 0)));

        assertThat(header("x-ratelimit-limit-requests")).isEqualTo("1000");
    }

    @Test
    void aQuotaThatIsResetByHandHasNoReset() {
        write(Dialect.OPENAI, key(quota(QuotaUnit.TOKENS, 1_000, 0, Optional.empty())));

        assertThat(header("x-ratelimit-remaining-tokens")).isEqualTo("0");
        assertThat(headers.getFirst("x-ratelimit-reset-tokens")).isNull();
    }

    @Test
    void slotsCreditsAndTheResellersLimitsAreNotTold() {
        write(
                Dialect.OPENAI,
                key(RateLimitFieldsTest.CONC),
                key(quota(QuotaUnit.CREDITS, 1_000, 7, MONTH)),
                client(quota(QuotaUnit.REQUESTS, 1_000, 500, MONTH)),
                state(SubjectKind.RESELLER, quota(QuotaUnit.REQUESTS, 9, 1, MONTH)));

        assertThat(header("x-ratelimit-remaining-requests")).isEqualTo("500");
        assertThat(headers.getFirst("x-ratelimit-remaining-tokens")).isNull();
    }

    @Test
    void whatRefusedIsTold() {
        LimitState pool = state(SubjectKind.RESELLER, quota(QuotaUnit.REQUESTS, 9, 1, MONTH));
        var violation =
                new Violation(
                        pool.subject(),
                        pool.limit().policy(),
                        Cause.QUOTA,
                        Optional.of(pool.limit()),
                        MONTH);
        CallerFields.write(
                headers,
                Dialect.OPENAI,
                List.of(client(quota(QuotaUnit.REQUESTS, 5, 0, MONTH)), pool),
                Optional.of(violation),
                NOW);

        assertThat(header("x-ratelimit-limit-requests")).isEqualTo("9");
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, false", "ANTHROPIC, false", "PLAIN, true"})
    void whatTheUpstreamSaysOfTheOperatorsAccountIsKeptOnPlainRoutesOnly(
            Dialect dialect, boolean kept) {
        List<String> names =
                List.of(
                        "X-RateLimit-Remaining-Tokens",
                        "x-ratelimit-reset-project-tokens",
                        "OpenAI-Organization",
                        "openai-project",
                        "anthropic-organization-id",
                        "anthropic-ratelimit-input-tokens-limit",
                        "anthropic-priority-output-tokens-remaining");
        names.forEach(name -> headers.set(name, "1"));
        headers.set("openai-processing-ms", "1");
        write(dialect);

        assertThat(names).allMatch(name -> headers.containsHeader(name) == kept);
        assertThat(header("openai-processing-ms")).isEqualTo("1");
    }

    @Test
    void plainRoutesHaveNoneOfEither() {
        write(Dialect.PLAIN, key(rate(QuotaUnit.REQUESTS, 60, 42)));

        assertThat(headers.headerNames())
                .containsExactlyInAnyOrder("RateLimit", "RateLimit-Policy");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.0000001S, 1ms",
        "PT0.012S, 12ms",
        "PT0.9991S, 1s",
        "PT1S, 1s",
        "PT1.5S, 1.5s",
        "PT59.999S, 59.999s",
        "PT6M, 6m0s",
        "PT1M26.4S, 1m26.4s",
        "PT1H, 1h0m0s",
        "P31D, 744h0m0s",
        "PT-1S, 0s"
    })
    void durationsAreWrittenAsGoWritesThem(Duration wait, String told) {
        assertThat(OpenAiFields.duration(wait)).isEqualTo(told);
    }

    private void write(Dialect dialect, LimitState... limits) {
        CallerFields.write(headers, dialect, List.of(limits), Optional.empty(), NOW);
    }

    private String header(String name) {
        return Objects.requireNonNull(headers.getFirst(name), name);
    }

    private static ServiceLimit rate(QuotaUnit unit, long quota, long left) {
        return new ServiceLimit(
                new PolicyName("rate"),
                Kind.RATE,
                unit,
                quota,
                quota - left,
                0,
                left,
                Optional.of(Duration.ofMinutes(1)),
                Optional.of(Duration.ofMillis(1)));
    }

    private static ServiceLimit quota(
            QuotaUnit unit, long quota, long left, Optional<Duration> reset) {
        return new ServiceLimit(
                new PolicyName("quota"),
                Kind.QUOTA,
                unit,
                quota,
                quota - left,
                0,
                left,
                reset.map(_ -> Duration.ofDays(30)),
                reset);
    }

    private static LimitState key(ServiceLimit limit) {
        return state(SubjectKind.KEY, limit);
    }

    private static LimitState client(ServiceLimit limit) {
        return state(SubjectKind.CLIENT, limit);
    }

    private static LimitState state(SubjectKind kind, ServiceLimit limit) {
        return new LimitState(new Subject(kind, new UUID(0, kind.name().hashCode())), limit);
    }
}
