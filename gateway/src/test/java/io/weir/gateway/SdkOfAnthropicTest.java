package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.Headers;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import io.weir.gateway.Source.Words;
import io.weir.gateway.World.Customer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Anthropic's own SDK against the gateway: what it makes of answers, and of each refusal the same
/// as where Anthropic itself says it.
class SdkOfAnthropicTest extends SdkGateway {

    private final List<AnthropicClient> clients = new ArrayList<>();

    /// What an application sees of a refusal.
    ///
    /// @param requests made until the SDK gave up
    record Refused(String error, int status, String type, String code, int requests) {}

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        surround(properties);
    }

    @AfterEach
    void close() {
        clients.forEach(AnthropicClient::close);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    UNKNOWN               | 401 | UnauthorizedException     | authentication_error | ''                           | ''                    | 1
                    SUSPENDED             | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    DISABLED              | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    REVOKED               | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    EXPIRED               | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    ROUTE_NOT_ALLOWED     | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    MODEL_NOT_ALLOWED     | 403 | PermissionDeniedException | permission_error     | ''                           | ''                    | 1
                    OUTSIDE_ACCESS_WINDOW | 403 | PermissionDeniedException | permission_error     | ''                           | retry-after: 90000    | 1
                    RATE_EXCEEDED         | 429 | RateLimitException        | rate_limit_error     | ''                           | retry-after: 30       | 3
                    CONCURRENCY_EXCEEDED  | 429 | RateLimitException        | rate_limit_error     | ''                           | retry-after: 1        | 3
                    QUOTA_SPENT           | 429 | RateLimitException        | rate_limit_error     | ''                           | x-should-retry: false | 1
                    QUOTA_RESERVED        | 429 | RateLimitException        | rate_limit_error     | ''                           | retry-after: 1        | 3
                    BUDGET_SPENT          | 402 | PaymentRequiredException  | billing_error        | enforced_spend_limit_reached | x-should-retry: false | 1
                    STORE_AWAY            | 529 | OverloadedException       | overloaded_error     | ''                           | retry-after: 1        | 3
                    """)
    void aRefusalIsTheSameErrorAfterAsManyRequestsAsAtTheSource(
            Standing standing,
            int status,
            String error,
            String type,
            String code,
            String header,
            int requests)
            throws Exception {
        Customer customer = standing.customer();
        var expected = new Refused(error, status, type, code, requests);
        source.says(words(status, header, type, code));
        AnthropicServiceException there = refused(client(source.url(), "sk"));
        assertThat(seen(there, source.requests())).isEqualTo(expected);

        try (var _ = standing.bring(customer, this)) {
            var here = new AtomicReference<AnthropicServiceException>();
            int made = requestsDuring(() -> here.set(refused(client(customer))));

            assertThat(seen(here.get(), made)).isEqualTo(expected);
            assertThat(here.get().requestId().orElseThrow()).startsWith("req_");
            assertThat(here.get().body().toString()).contains(here.get().requestId().get());
            assertThat(here.get().apiMessage()).isNotEmpty();
        }
        assertThat(waits.all()).hasSize(2 * (requests - 1)).allMatch(Duration::isPositive);
    }

    /// It would obey a longer wait too, with its caller's thread.
    @Test
    void theSdkWaitsAsLongAsItIsToldAndNotForAnotherPeriod() throws Exception {
        Customer patient = Standing.RATE_EXCEEDED.customer();
        Customer spent = Standing.QUOTA_SPENT.customer();
        AnthropicClient client = client(patient);
        client.messages().create(message("hi").build());
        try (var _ = Standing.RATE_EXCEEDED.bring(patient, this);
                var _ = Standing.QUOTA_SPENT.bring(spent, this)) {
            refused(client);
            assertThat(waits.all()).hasSize(RETRIES);
            assertThat(waits.all())
                    .allMatch(wait -> wait.toSeconds() > 0 && wait.toSeconds() <= 60);

            AnthropicServiceException refused = refused(client(spent));
            assertThat(waits.all()).hasSize(RETRIES);
            assertThat(Long.parseLong(one(refused.headers(), "retry-after"))).isPositive();
        }
    }

    @Test
    void everyAnswerTellsTheCallersOwnLimitsAndNotTheOperators() {
        Customer customer = world.customer(10, "600, 5");
        var operators =
                Map.of(
                        "anthropic-ratelimit-requests-limit", "4000",
                        "anthropic-ratelimit-requests-remaining", "3999",
                        "anthropic-ratelimit-requests-reset", "2026-01-01T00:00:00Z",
                        "anthropic-ratelimit-input-tokens-remaining", "2000000",
                        "anthropic-priority-input-tokens-limit", "1",
                        "request-id", "req_operators");
        source.says(new Words(200, operators, "{\"id\":\"x\",\"content\":[]}"));
        try (var answer =
                client(gateway("/source-anthropic"), customer.secret())
                        .messages()
                        .withRawResponse()
                        .create(message("hi").build())) {
            Headers headers = answer.headers();

            assertThat(one(headers, "anthropic-ratelimit-requests-limit")).isEqualTo("10");
            assertThat(one(headers, "anthropic-ratelimit-requests-remaining")).isEqualTo("9");
            assertThat(one(headers, "anthropic-ratelimit-requests-reset"))
                    .endsWith("-01T00:00:00Z");
            assertThat(headers.names()).noneMatch(name -> name.contains("tokens"));
            assertThat(one(headers, "request-id")).isNotEqualTo("req_operators");
        }
    }

    @Test
    void aMessageIsReadWhole() {
        Message answer = say(message("one two").build());

        assertThat(answer.content().getFirst().asText().text()).isEqualTo("You said: one two");
        assertThat(answer.usage().inputTokens()).isEqualTo(2);
        assertThat(answer.usage().outputTokens()).isEqualTo(4);
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void aStreamIsReadWholeWithItsUsage() {
        Message answer = stream(message("one two").build());

        assertThat(answer.content().getFirst().asText().text()).isEqualTo("You said: one two");
        assertThat(answer.usage().inputTokens()).isEqualTo(2);
        assertThat(answer.usage().outputTokens()).isEqualTo(4);
    }

    @Test
    void parallelToolsAreCalledPlainAndStreamed() {
        var asked = message("one").addTool(tool("weather")).addTool(tool("time")).build();

        for (Message answer : List.of(say(asked), stream(asked))) {
            assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
            assertThat(answer.content())
                    .extracting(block -> block.asToolUse().name())
                    .containsExactly("weather", "time");
            assertThat(answer.content())
                    .extracting(block -> block.asToolUse()._input())
                    .containsOnly(JsonValue.from(Map.of("said", "one")));
        }
    }

    @Test
    void tokensAreCountedAhead() {
        var counted =
                client(world.customer(1_000, "600, 5"))
                        .messages()
                        .countTokens(
                                MessageCountTokensParams.builder()
                                        .model("claude-sonnet-4-5")
                                        .addUserMessage("one two")
                                        .build());

        assertThat(counted.inputTokens()).isEqualTo(2);
    }

    @Test
    void aStreamThatIsGivenUpFreesItsSlotAndIsCounted() {
        Customer customer = world.customer(1_000, "600, 5");
        var asked = message("word ".repeat(200)).putAdditionalQueryParam("pace", "500").build();
        try (var events = client(customer).messages().createStreaming(asked)) {
            assertThat(events.stream().limit(3).toList()).hasSize(3);
            assertThat(active()).isEqualTo(1);
        }

        eventually(() -> active() == 0);
        eventually(() -> ended(customer) == 1);
        assertThat(status("/demo/a", customer)).isEqualTo(200);
    }

    private AnthropicServiceException refused(AnthropicClient client) {
        var error =
                catchThrowableOfType(
                        AnthropicServiceException.class,
                        () -> client.messages().create(message("hi").build()));
        return Objects.requireNonNull(error, "it was served");
    }

    private static Refused seen(AnthropicServiceException error, int requests) {
        return new Refused(
                error.getClass().getSimpleName(),
                error.statusCode(),
                error.type().orElseThrow().asString(),
                error.errorCode().orElse(""),
                requests);
    }

    private static Words words(int status, String header, String type, String code) {
        String details = code.isEmpty() ? "" : ",\"details\":{\"error_code\":\"" + code + "\"}";
        String error =
                """
                {"type":"error","error":{"type":"%s","message":"m"%s},"request_id":"req_1"}
                """;
        return new Words(status, Words.header(header), error.formatted(type, details));
    }

    private static String one(Headers headers, String name) {
        assertThat(headers.values(name)).as(name).hasSize(1);
        return headers.values(name).getFirst();
    }

    private Message say(MessageCreateParams asked) {
        return client(world.customer(1_000, "600, 5")).messages().create(asked);
    }

    private Message stream(MessageCreateParams asked) {
        var whole = MessageAccumulator.create();
        var messages = client(world.customer(1_000, "600, 5")).messages();
        try (var events = messages.createStreaming(asked)) {
            events.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    private static MessageCreateParams.Builder message(String said) {
        return MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(1_000)
                .addUserMessage(said);
    }

    private static Tool tool(String name) {
        return Tool.builder().name(name).inputSchema(Tool.InputSchema.builder().build()).build();
    }

    private AnthropicClient client(Customer customer) {
        return client(gateway("/anthropic"), customer.secret());
    }

    private AnthropicClient client(String url, String key) {
        AnthropicClient client =
                AnthropicOkHttpClient.builder()
                        .baseUrl(url)
                        .apiKey(key)
                        .sleeper(waits)
                        .timeout(Wire.DEADLINE)
                        .build();
        clients.add(client);
        return client;
    }
}
