package io.weir.gateway;

import static io.weir.gateway.OpenAiCalls.chat;
import static io.weir.gateway.OpenAiCalls.tool;
import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.Headers;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
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

/// OpenAI's own SDK against the gateway: what it makes of answers, and of each refusal the same as
/// where OpenAI itself says it.
class SdkOfOpenAiTest extends SdkGateway {

    private final List<OpenAIClient> clients = new ArrayList<>();

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
        clients.forEach(OpenAIClient::close);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    UNKNOWN               | 401 | UnauthorizedException     | invalid_request_error | invalid_api_key       | ''                    | 1
                    SUSPENDED             | 403 | PermissionDeniedException | invalid_request_error | account_suspended     | ''                    | 1
                    DISABLED              | 403 | PermissionDeniedException | invalid_request_error | account_disabled      | ''                    | 1
                    REVOKED               | 403 | PermissionDeniedException | invalid_request_error | key_revoked           | ''                    | 1
                    EXPIRED               | 403 | PermissionDeniedException | invalid_request_error | key_expired           | ''                    | 1
                    ROUTE_NOT_ALLOWED     | 403 | PermissionDeniedException | invalid_request_error | not_allowed           | ''                    | 1
                    MODEL_NOT_ALLOWED     | 403 | PermissionDeniedException | invalid_request_error | model_not_found       | ''                    | 1
                    OUTSIDE_ACCESS_WINDOW | 403 | PermissionDeniedException | invalid_request_error | outside_access_window | retry-after: 90000    | 1
                    RATE_EXCEEDED         | 429 | RateLimitException        | requests              | rate_limit_exceeded   | retry-after: 30       | 3
                    CONCURRENCY_EXCEEDED  | 429 | RateLimitException        | requests              | rate_limit_exceeded   | retry-after: 1        | 3
                    QUOTA_SPENT           | 429 | RateLimitException        | insufficient_quota    | insufficient_quota    | x-should-retry: false | 1
                    QUOTA_RESERVED        | 429 | RateLimitException        | requests              | rate_limit_exceeded   | retry-after: 1        | 3
                    BUDGET_SPENT          | 429 | RateLimitException        | insufficient_quota    | insufficient_quota    | x-should-retry: false | 1
                    STORE_AWAY            | 503 | InternalServerException   | server_error          | service_unavailable   | retry-after: 1        | 3
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
        OpenAIServiceException there = refused(client(source.url(), "sk"));
        assertThat(seen(there, source.requests())).isEqualTo(expected);

        try (var _ = standing.bring(customer, this)) {
            var here = new AtomicReference<OpenAIServiceException>();
            int made = requestsDuring(() -> here.set(refused(client(customer))));

            assertThat(seen(here.get(), made)).isEqualTo(expected);
            assertThat(one(here.get().headers(), "x-request-id")).startsWith("req_");
            assertThat(here.get().param()).isEmpty();
        }
        assertThat(waits.all()).hasSize(2 * (requests - 1)).allMatch(Duration::isPositive);
    }

    @Test
    void whereWaitingHelpsTheSdkIsToldHowLong() throws Exception {
        Customer customer = Standing.RATE_EXCEEDED.customer();
        OpenAIClient client = client(customer);
        client.chat().completions().create(chat("hi").build());
        try (var _ = Standing.RATE_EXCEEDED.bring(customer, this)) {
            Headers headers = refused(client).headers();
            var told = Duration.ofSeconds(Long.parseLong(one(headers, "retry-after")));

            assertThat(told).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
            assertThat(waits.all()).hasSize(RETRIES);
            assertThat(waits.all()).allMatch(wait -> wait.compareTo(told.plusSeconds(1)) <= 0);
            assertThat(one(headers, "x-ratelimit-remaining-requests")).isEqualTo("0");
            assertThat(one(headers, "x-ratelimit-reset-requests")).matches("(1m)?[\\d.]+s");
        }
    }

    @Test
    void everyAnswerTellsTheCallersOwnLimitsAndNotTheOperators() {
        Customer customer = world.customer(10, "600, 5");
        var operators =
                Map.of(
                        "x-ratelimit-limit-requests", "10000",
                        "x-ratelimit-remaining-requests", "9999",
                        "x-ratelimit-limit-tokens", "2000000",
                        "x-ratelimit-remaining-project-tokens", "1",
                        "openai-version", "2020-10-01");
        source.says(new Words(200, operators, "{\"id\":\"x\",\"choices\":[]}"));
        try (var answer =
                client(gateway("/source-openai/v1"), customer.secret())
                        .chat()
                        .completions()
                        .withRawResponse()
                        .create(chat("hi").build())) {
            Headers headers = answer.headers();

            assertThat(one(headers, "x-ratelimit-limit-requests")).isEqualTo("10");
            assertThat(one(headers, "x-ratelimit-remaining-requests")).isEqualTo("9");
            assertThat(one(headers, "x-ratelimit-reset-requests"))
                    .matches("(\\d+h)?(\\d+m)?[\\d.]+s");
            assertThat(headers.names()).contains("openai-version");
            assertThat(headers.names()).noneMatch(name -> name.contains("tokens"));
        }
    }

    @Test
    void aCompletionIsReadWhole() {
        ChatCompletion answer = complete(chat("one two").build());

        assertThat(answer.choices().getFirst().message().content()).contains("You said: one two");
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(6);
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void aStreamIsReadWholeAndHasNoUsageUnasked() {
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        ChatCompletion answer = stream(chat("one two").build(), chunks);

        assertThat(answer.choices().getFirst().message().content()).contains("You said: one two");
        assertThat(chunks).noneMatch(chunk -> chunk.usage().isPresent());
        assertThat(chunks).noneMatch(chunk -> chunk.choices().isEmpty());
    }

    @Test
    void aStreamThatIsAskedForItsUsageEndsWithIt() {
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        stream(chat("one two").streamOptions(options).build(), chunks);

        assertThat(chunks.getLast().choices()).isEmpty();
        assertThat(chunks.getLast().usage().orElseThrow().promptTokens()).isEqualTo(2);
        assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(4);
    }

    @Test
    void parallelToolsAreCalledPlainAndStreamed() {
        var asked = chat("one").addTool(tool("weather")).addTool(tool("time")).build();

        for (ChatCompletion answer : List.of(complete(asked), stream(asked, new ArrayList<>()))) {
            ChatCompletion.Choice choice = answer.choices().getFirst();
            assertThat(choice.finishReason())
                    .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
            assertThat(choice.message().toolCalls().orElseThrow())
                    .extracting(call -> call.asFunction().function().name())
                    .containsExactly("weather", "time");
            assertThat(choice.message().toolCalls().orElseThrow())
                    .extracting(call -> call.asFunction().function().arguments())
                    .containsOnly("{\"said\": \"one\"}");
        }
    }

    @Test
    void aResponseIsReadWholePlainAndStreamed() {
        var responses = client(world.customer(1_000, "600, 5")).responses();
        var asked = ResponseCreateParams.builder().model("gpt-4o-mini").input("one two").build();
        var streamed = ResponseAccumulator.create();
        try (var events = responses.createStreaming(asked)) {
            events.stream().forEach(streamed::accumulate);
        }

        for (var answer : List.of(responses.create(asked), streamed.response())) {
            assertThat(answer.output().getFirst().asMessage().content().getFirst().asOutputText())
                    .matches(text -> text.text().equals("You said: one two"));
            assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(6);
        }
    }

    @Test
    void embeddingsAreReadWhole() {
        var answer =
                client(world.customer(1_000, "600, 5"))
                        .embeddings()
                        .create(
                                EmbeddingCreateParams.builder()
                                        .model("text-embedding-3-small")
                                        .inputOfArrayOfStrings(List.of("a b", "c"))
                                        .build());

        assertThat(answer.data()).hasSize(2);
        assertThat(answer.usage().totalTokens()).isEqualTo(3);
    }

    @Test
    void aStreamThatIsGivenUpFreesItsSlotAndIsCounted() {
        Customer customer = world.customer(1_000, "600, 5");
        var asked = chat("word ".repeat(200)).putAdditionalQueryParam("pace", "500").build();
        try (var chunks = client(customer).chat().completions().createStreaming(asked)) {
            assertThat(chunks.stream().limit(3).toList()).hasSize(3);
            assertThat(active()).isEqualTo(1);
        }

        eventually(() -> active() == 0);
        eventually(() -> ended(customer) == 1);
        assertThat(status("/demo/a", customer)).isEqualTo(200);
    }

    private OpenAIServiceException refused(OpenAIClient client) {
        var error =
                catchThrowableOfType(
                        OpenAIServiceException.class,
                        () -> client.chat().completions().create(chat("hi").build()));
        return Objects.requireNonNull(error, "it was served");
    }

    private static Refused seen(OpenAIServiceException error, int requests) {
        return new Refused(
                error.getClass().getSimpleName(),
                error.statusCode(),
                error.type().orElse(""),
                error.code().orElse(""),
                requests);
    }

    private static Words words(int status, String header, String type, String code) {
        var error =
                "{\"error\":{\"message\":\"m\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}";
        return new Words(status, Words.header(header), error.formatted(type, code));
    }

    private static String one(Headers headers, String name) {
        assertThat(headers.values(name)).as(name).hasSize(1);
        return headers.values(name).getFirst();
    }

    private ChatCompletion complete(ChatCompletionCreateParams asked) {
        return client(world.customer(1_000, "600, 5")).chat().completions().create(asked);
    }

    private ChatCompletion stream(
            ChatCompletionCreateParams asked, List<ChatCompletionChunk> chunks) {
        var whole = ChatCompletionAccumulator.create();
        var completions = client(world.customer(1_000, "600, 5")).chat().completions();
        try (var answer = completions.createStreaming(asked)) {
            answer.stream().map(whole::accumulate).forEach(chunks::add);
        }
        return whole.chatCompletion();
    }

    private OpenAIClient client(Customer customer) {
        return client(gateway("/openai/v1"), customer.secret());
    }

    private OpenAIClient client(String url, String key) {
        OpenAIClient client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(url)
                        .apiKey(key)
                        .sleeper(waits)
                        .timeout(Wire.DEADLINE)
                        .build();
        clients.add(client);
        return client;
    }
}
