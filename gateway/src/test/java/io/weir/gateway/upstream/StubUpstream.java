package io.weir.gateway.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.weir.gateway.upstream.Answer.Events;
import io.weir.gateway.upstream.Answer.Filler;
import io.weir.gateway.upstream.Answer.Json;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/// Answers every method and path, on loopback only: `main PORT`, or [#start] from a test.
///
/// The query bends the answer: `status=503`, `delay=200` (milliseconds), `bytes=4096`, `echo=true`,
/// and `pace=50` (milliseconds between the events of a stream).
public final class StubUpstream {

    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final byte[] FILLER = "x".repeat(16 << 10).getBytes(US_ASCII);

    private static final Map<String, Operation> OPERATIONS =
            Map.of(
                    "POST /v1/chat/completions",
                    new Operation(ErrorDialect::openAi, OpenAiChat::answer),
                    "POST /v1/responses",
                    new Operation(ErrorDialect::openAi, OpenAiResponses::answer),
                    "POST /v1/embeddings",
                    new Operation(ErrorDialect::openAi, OpenAiEmbeddings::answer),
                    "GET /v1/models",
                    new Operation(ErrorDialect::openAi, OpenAiModels::answer),
                    "POST /v1/messages",
                    new Operation(ErrorDialect::anthropic, AnthropicMessages::answer),
                    "POST /v1/messages/count_tokens",
                    new Operation(ErrorDialect::anthropic, AnthropicMessages::countTokens));

    private StubUpstream() {}

    /// Runs on threads of its own: those that all share end with any gateway of the same process.
    ///
    /// @param port the TCP port on loopback, 0 for any free one
    public static DisposableServer start(int port) {
        return start(port, _ -> {});
    }

    /// @param arriving told the path and query of each request, before it is answered
    public static DisposableServer start(int port, Consumer<String> arriving) {
        return HttpServer.create()
                .runOn(LoopResources.create("upstream"))
                .host("127.0.0.1")
                .port(port)
                .handle(
                        (request, response) -> {
                            arriving.accept(request.uri());
                            return handle(request, response);
                        })
                .bindNow();
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: StubUpstream PORT");
            System.exit(2);
        }
        start(Integer.parseInt(arguments[0]));
        new CountDownLatch(1).await();
    }

    private static Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        var asked = Asked.of(request);
        var answer = answer(asked, request);
        return (asked.delay().isZero() ? answer : answer.delayElement(asked.delay()))
                .flatMap(ready -> Mono.from(send(ready, asked, response)));
    }

    private static Mono<Answer> answer(Asked asked, HttpServerRequest request) {
        var operation = OPERATIONS.get(asked.method() + " " + asked.path());
        if (asked.echo()) {
            return body(request)
                    .map(body -> PlainAnswers.echo(asked, request.requestHeaders(), body));
        }
        if (operation != null) {
            return body(request).map(body -> operation.answer(asked, body));
        }
        return drained(request).then(Mono.fromSupplier(() -> PlainAnswers.hello(asked)));
    }

    private static Mono<byte[]> body(HttpServerRequest request) {
        return request.receive()
                .asByteArray()
                .collect(BoundedBytes::new, (all, part) -> all.append(part, MAX_BODY_BYTES))
                .map(BoundedBytes::toArray);
    }

    private static Mono<Void> drained(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) ? Mono.empty() : request.receive().then();
    }

    private static Publisher<Void> send(Answer answer, Asked asked, HttpServerResponse response) {
        return switch (answer) {
            case Json json -> {
                byte[] bytes = json.bytes();
                yield head(response, json.status(), "application/json", bytes.length)
                        .sendByteArray(Mono.just(bytes));
            }
            case Events events ->
                    response.sse()
                            .header(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                            .sendString(paced(events.events(), asked));
            case Filler filler ->
                    head(response, filler.status(), "text/plain", filler.size())
                            .sendByteArray(parts(filler.size()));
        };
    }

    private static HttpServerResponse head(
            HttpServerResponse response, int status, String type, int length) {
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, type)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
    }

    private static Flux<String> paced(Flux<String> events, Asked asked) {
        return asked.pace().isZero() ? events : events.delayElements(asked.pace());
    }

    private static Flux<byte[]> parts(int size) {
        int whole = size / FILLER.length;
        byte[] rest = Arrays.copyOf(FILLER, size % FILLER.length);
        return Flux.range(0, whole).map(_ -> FILLER).concatWithValues(rest);
    }
}
