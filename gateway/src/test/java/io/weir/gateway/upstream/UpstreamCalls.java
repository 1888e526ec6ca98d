package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;

/// A stub on a free port, and calls to it.
final class UpstreamCalls implements AutoCloseable {

    record Called(int status, String type, String body) {

        JsonNode json() {
            return Answer.MAPPER.readTree(body);
        }

        /// What follows `data: `, in order.
        List<String> data() {
            return lines("data: ").toList();
        }

        /// What follows `event: `, in order.
        List<String> events() {
            return lines("event: ").toList();
        }

        private Stream<String> lines(String start) {
            return body.lines()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()));
        }
    }

    private final DisposableServer server = StubUpstream.start(0);
    private final HttpClient client =
            HttpClient.create().baseUrl("http://127.0.0.1:" + server.port());

    Mono<Called> get(String uri) {
        return called(client.get().uri(uri));
    }

    Mono<Called> post(String uri, String body) {
        return called(client.post().uri(uri).send(text(body)));
    }

    Mono<Called> post(String uri, String header, String value, String body) {
        return called(
                client.headers(all -> all.add(header, value)).post().uri(uri).send(text(body)));
    }

    @Override
    public void close() {
        server.disposeNow();
    }

    private static Mono<ByteBuf> text(String body) {
        return ByteBufMono.fromString(Mono.just(body));
    }

    private static Mono<Called> called(HttpClient.ResponseReceiver<?> receiver) {
        return receiver.responseSingle(
                (response, body) ->
                        body.asString()
                                .defaultIfEmpty("")
                                .map(
                                        text ->
                                                new Called(
                                                        response.status().code(),
                                                        String.valueOf(
                                                                response.responseHeaders()
                                                                        .get("content-type")),
                                                        text)));
    }
}
