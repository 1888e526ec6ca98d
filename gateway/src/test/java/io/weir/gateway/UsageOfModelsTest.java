package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.eventuallyAnswers;
import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What requests to language models are charged, in a whole gateway. A word is a token of the
/// upstream here, and it answers "You said:" and what it was told.
class UsageOfModelsTest extends ModelGateway {

    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String RESPONSES = "/openai/v1/responses";
    private static final String MESSAGES = "/anthropic/v1/messages";

    @BeforeEach
    void prices() {
        world.changePrices(PRICES);
        Customer first = withBudget(CREDIT);
        eventuallyAnswers(200, () -> post(CHAT, chat("priced", "a", ",\"max_tokens\":9"), first));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                CHAT + "|,\"max_tokens\":100",
                CHAT + "|",
                CHAT + "|,\"stream\":true",
                CHAT + "|,\"stream\":true,\"max_completion_tokens\":100",
                CHAT + "|,\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                RESPONSES + "|",
                MESSAGES + "|,\"max_tokens\":100",
                MESSAGES + "|,\"max_tokens\":100,\"stream\":true"
            })
    void eachTokenIsChargedOnceAndToldUnderItsModel(String path, String more) {
        Customer customer = withBudget(10 * CREDIT);
        String body =
                path.equals(RESPONSES)
                        ? "{\"model\":\"priced\",\"input\":\"one two three\"}"
                        : chat("priced", "one two three", more == null ? "" : more);

        HttpResponse<String> answer = post(path, body, customer);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        eventually(() -> used(customer, "budget") == 3 * 3_000 + 5 * 15_000);
        eventually(
                () ->
                        tokens(customer, "served")
                                .equals(Map.of("input", 3L, "output", 5L, "estimated", 0L)));
        assertThat(told(customer, "credits", "priced", "served")).isEqualTo(84_000);
        eventually(() -> leased(customer, "budget") == 0 || used(customer, "budget") == 84_000);
    }

    @Test
    void embeddingsHaveNoOutput() {
        Customer customer = withBudget(CREDIT);

        post("/openai/v1/embeddings", "{\"model\":\"priced\",\"input\":\"one two\"}", customer);

        eventually(() -> used(customer, "budget") == 2 * 3_000);
        assertThat(tokens(customer, "served")).containsEntry("output", 0L);
    }

    @Test
    void askingAboutModelsAndPromptsCostsNoTokens() {
        Customer customer = withBudget(CREDIT);

        assertThat(send(request("/openai/v1/models", customer).GET()).statusCode()).isEqualTo(200);
        String body = chat("priced", "one two", "");
        assertThat(post(MESSAGES + "/count_tokens", body, customer).statusCode()).isEqualTo(200);
        eventually(() -> world.requests(customer, "served") == 2);
        assertThat(used(customer, "budget")).isZero();
    }

    @Test
    void usageThatWasNotAskedForIsNotShown() {
        Customer customer = withBudget(CREDIT);
        String asked = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

        String without = post(CHAT, chat("priced", "a b", ",\"stream\":true"), customer).body();
        String with = post(CHAT, chat("priced", "a b", asked), customer).body();

        assertThat(without).doesNotContain("usage").endsWith("data: [DONE]\n\n");
        assertThat(with).contains("\"usage\":null", "\"prompt_tokens\":2");
    }

    @ParameterizedTest
    @CsvSource({
        "/openai/v1/completions, 403",
        "/openai/v1/files, 403",
        "/openai/v1/chat/completions/, 403",
        "/openai/v1/chat//completions, 400",
        "/openai/v1/x/../chat/completions, 400",
        "/openai/v1/chat%2Fcompletions, 400",
        "/anthropic/v1/messages/batches, 403"
    })
    void whatIsNotKnownMayCostAnythingAndIsRefused(String path, int status) {
        HttpResponse<String> refused =
                post(path, chat("priced", "a", ",\"max_tokens\":1"), withBudget(CREDIT));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
    }

    @Test
    void aModelWithoutAPriceIsServedToThoseWhoPayForNone() {
        Customer free = world.customer(100, "100, 10");
        String body = chat("unpriced", "a b", ",\"max_tokens\":5");

        assertThat(post(CHAT, body, withBudget(CREDIT)).statusCode()).isEqualTo(403);
        assertThat(post(CHAT, body, free).statusCode()).isEqualTo(200);
        eventually(() -> told(free, "input", "unpriced", "served") == 2);
    }

    @Test
    void aStatedBoundFitsWholeOrIsRefusedAsSpent() {
        // as many bytes as it has, and 1,000 tokens of output
        String body = chat("priced", "one", ",\"max_tokens\":1000");
        long worst = body.length() * 3_000L + 1_000 * 15_000L;

        assertThat(post(CHAT, body, withBudget(worst)).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = post(CHAT, body, withBudget(worst - 1));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).at("/error/code").stringValue()).isEqualTo("insufficient_quota");
        assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void withoutABoundAsMuchMayBeWrittenAsIsLeft() {
        Customer customer = withTokens(200);
        String body = chat("priced", "one two three four five six seven", "");

        JsonNode echo = json(post(CHAT + "?echo=true", body, customer));
        String forwarded =
                echo.get("body").isString()
                        ? echo.get("body").stringValue()
                        : echo.get("body").toString();

        assertThat(forwarded).contains("\"max_completion_tokens\":" + (200 - body.length()));
    }

    @Test
    void whereNothingIsLimitedNothingIsAddedToABody() {
        Customer free = world.customer(100, "100, 10");
        String body = chat("priced", "one two", "");

        assertThat(post(CHAT + "?echo=true", body, free).body()).doesNotContain("max_completion");
    }

    @Test
    void ofTwentyStreamsAtOnceAsManyAreServedAsFitAtTheirWorst() {
        String body = chat("priced", "one two", ",\"max_tokens\":1000,\"stream\":true");
        long worst = body.length() * 3_000L + 1_000 * 15_000L;
        Customer customer = withBudget(7 * worst);

        List<Integer> statuses = atOnce(20, () -> post(CHAT + "?delay=1000", body, customer));

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(7);
        assertThat(statuses).filteredOn(status -> status != 200).containsOnly(429);
        eventually(() -> used(customer, "budget") == 7 * (2 * 3_000 + 4 * 15_000));
    }

    private static List<Integer> atOnce(int callers, Supplier<HttpResponse<String>> request) {
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    IntStream.range(0, callers).mapToObj(_ -> supplyAsync(request, each)).toList();
            return answers.stream().map(answer -> answer.join().statusCode()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"priced\",\"input\":\"a\",\"background\":true}",
                "[1]",
                "{",
                "",
                "{\"model\":\"a\",\"model\":\"priced\"}",
                "{\"model\":\"priced\",\"max_tokens\":-1}",
                "{\"model\":\"priced\",\"max_tokens\":1e9}",
                "{\"model\":\"priced\",\"n\":\"2\"}",
                "{\"model\":\"priced\",\"Max_Tokens\":5}",
                "{\"model\":\"priced\",\"stream\":\"yes\"}"
            })
    void aBodyThatCanBeReadInTwoWaysIsRefused(String body) {
        HttpResponse<String> refused = post(CHAT, body, withBudget(CREDIT));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(json(refused).at("/error/type").stringValue())
                .isEqualTo("invalid_request_error");
    }
}
