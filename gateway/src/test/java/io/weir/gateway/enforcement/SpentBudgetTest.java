package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How callers are told that nothing is left of what was paid for.
class SpentBudgetTest {

    private static final Violation SPENT =
            new Violation(
                    new Subject(SubjectKind.KEY, UUID.randomUUID()),
                    new PolicyName("budget"),
                    Cause.BALANCE,
                    Optional.empty(),
                    Optional.empty());

    final MockServerHttpResponse response = new MockServerHttpResponse();

    @ParameterizedTest
    @CsvSource({"402", "429"})
    void onPlainRoutesTheStatusIsASetting(int setting) {
        JsonNode problem = refuse(setting, Dialect.PLAIN);

        assertThat(status()).isEqualTo(setting);
        assertThat(problem.get("status").intValue()).isEqualTo(setting);
        assertThat(problem.get("type").stringValue())
                .isEqualTo("urn:weir:problem:insufficient-balance");
    }

    @ParameterizedTest
    @CsvSource({"402", "429"})
    void openAiCallersAreToldInsufficientQuotaAndNotToRetry(int setting) {
        JsonNode error = refuse(setting, Dialect.OPENAI).get("error");

        assertThat(status()).isEqualTo(429);
        assertThat(error.get("type").stringValue()).isEqualTo("insufficient_quota");
        assertThat(error.get("code").stringValue()).isEqualTo("insufficient_quota");
        assertThat(response.getHeaders().getFirst("x-should-retry")).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({"402", "429"})
    void anthropicCallersAreToldABillingError(int setting) {
        JsonNode error = refuse(setting, Dialect.ANTHROPIC).get("error");

        assertThat(status()).isEqualTo(402);
        assertThat(error.get("type").stringValue()).isEqualTo("billing_error");
    }

    @ParameterizedTest
    @CsvSource({"PLAIN", "OPENAI", "ANTHROPIC"})
    void nobodyIsToldToComeBackLater(Dialect dialect) {
        refuse(429, dialect);

        assertThat(response.getHeaders().get("Retry-After")).isNull();
    }

    @Test
    void otherRefusalsHaveTheirOwnStatus() {
        var statuses = new Statuses(429);

        assertThat(statuses.of(Dialect.PLAIN, Kind.CLIENT_SUSPENDED)).isEqualTo(403);
        assertThat(statuses.of(Dialect.PLAIN, Kind.REDUCED_CAPACITY)).isEqualTo(503);
        assertThat(statuses.of(Dialect.ANTHROPIC, Kind.REDUCED_CAPACITY)).isEqualTo(529);
    }

    @Test
    void otherStatusesAreNoSetting() {
        assertThatThrownBy(() -> new Statuses(200)).hasMessageContaining("200");
    }

    @Test
    void theSettingIsFourHundredAndTwoUnlessSaid() {
        assertThat(settings(Map.of()).spentStatus()).isEqualTo(402);
        assertThat(settings(Map.of("weir.spent-status", "429")).spentStatus()).isEqualTo(429);
    }

    private static EnforcementSettings settings(Map<String, String> stated) {
        return new Binder(new MapConfigurationPropertySource(stated))
                .bindOrCreate("weir", EnforcementSettings.class);
    }

    private JsonNode refuse(int setting, Dialect dialect) {
        var refusals =
                new Refusals(InstantSource.system(), Explanation.none(), new Statuses(setting));
        var refusal = Refusal.rejected(new Rejected(List.of(SPENT)));
        StepVerifier.create(refusals.write(response, dialect, refusal, List.of(), "req_1"))
                .verifyComplete();
        StringBuilder body = new StringBuilder();
        StepVerifier.create(response.getBodyAsString())
                .consumeNextWith(body::append)
                .verifyComplete();
        return JsonMapper.shared().readTree(body.toString());
    }

    private int status() {
        return Objects.requireNonNull(response.getStatusCode()).value();
    }
}
