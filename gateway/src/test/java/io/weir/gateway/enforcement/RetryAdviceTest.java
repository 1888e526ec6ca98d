package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.enforcement.Refusal.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpHeaders;

/// What callers are advised to do after a refusal.
class RetryAdviceTest {

    final HttpHeaders headers = new HttpHeaders();

    @ParameterizedTest
    @CsvSource({
        "OPENAI,    RATE_EXCEEDED,         PT30S,   ",
        "OPENAI,    RATE_EXCEEDED,         PT60S,   ",
        "OPENAI,    RATE_EXCEEDED,         PT61S,   false",
        "OPENAI,    CONCURRENCY_EXCEEDED,  PT1S,    ",
        "OPENAI,    QUOTA_EXCEEDED,        PT2S,    false",
        "OPENAI,    QUOTA_EXCEEDED,        ,        false",
        "OPENAI,    QUOTA_RESERVED,        PT1S,    ",
        "OPENAI,    INSUFFICIENT_BALANCE,  ,        false",
        "OPENAI,    OUTSIDE_ACCESS_WINDOW, PT2H,    false",
        "OPENAI,    REDUCED_CAPACITY,      PT1S,    ",
        "OPENAI,    UPSTREAM_FAILED,       ,        ",
        "ANTHROPIC, RATE_EXCEEDED,         PT60S,   ",
        "ANTHROPIC, RATE_EXCEEDED,         PT61S,   false",
        "ANTHROPIC, QUOTA_EXCEEDED,        PT60S,   ",
        "ANTHROPIC, QUOTA_EXCEEDED,        PT61S,   false",
        "ANTHROPIC, QUOTA_EXCEEDED,        ,        false",
        "ANTHROPIC, INSUFFICIENT_BALANCE,  ,        false",
        "ANTHROPIC, REDUCED_CAPACITY,      PT1S,    ",
        "PLAIN,     QUOTA_EXCEEDED,        PT2H,    ",
        "PLAIN,     INSUFFICIENT_BALANCE,  ,        "
    })
    void whereWaitingIsNoUseOrTooLongSdksAreToldNotTo(
            Dialect dialect, Kind kind, @Nullable Duration wait, @Nullable String told) {
        advise(dialect, kind, Optional.ofNullable(wait));

        assertThat(headers.getFirst("x-should-retry")).isEqualTo(told);
        assertThat(headers.containsHeader("Retry-After")).isEqualTo(wait != null);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI,    PT0.95S,      1, 950",
        "OPENAI,    PT1.0000001S, 2, 1001",
        "OPENAI,    PT2S,         2, ",
        "OPENAI,    PT0S,         1, ",
        "ANTHROPIC, PT0.95S,      1, ",
        "PLAIN,     PT0.95S,      1, "
    })
    void onlyOpenAisAreToldTheMilliseconds(
            Dialect dialect, Duration wait, String seconds, @Nullable String millis) {
        advise(dialect, Kind.RATE_EXCEEDED, Optional.of(wait));

        assertThat(headers.getFirst("Retry-After")).isEqualTo(seconds);
        assertThat(headers.getFirst("retry-after-ms")).isEqualTo(millis);
    }

    @ParameterizedTest
    @EnumSource
    void whoeverWaitsForANewPeriodDoesNotComeBackBeforeItNorWithAllOthers(Dialect dialect) {
        advise(dialect, Kind.QUOTA_EXCEEDED, Optional.of(Duration.ofHours(1).plusMillis(1)));

        assertThat(Long.parseLong(String.valueOf(headers.getFirst("Retry-After"))))
                .isBetween(3_601L, 3_631L);
        assertThat(headers.getFirst("retry-after-ms")).isNull();
    }

    private void advise(Dialect dialect, Kind kind, Optional<Duration> wait) {
        var refusal = new Refusal(kind, "", List.of(), Optional.empty(), wait);
        RetryAdvice.write(headers, dialect, refusal);
    }
}
