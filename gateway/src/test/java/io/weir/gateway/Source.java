package io.weir.gateway;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A provider that answers everything with the same words, for comparison.
final class Source {

    record Words(int status, Map<String, String> headers, String body) {

        /// @param line a header as it is on the wire, or nothing
        static Map<String, String> header(String line) {
            String[] parts = line.split(": ", 2);
            return parts.length == 2 ? Map.of(parts[0], parts[1]) : Map.of();
        }
    }

    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Words words = new Words(200, Map.of(), "{}");

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /// From now on; what was asked before is forgotten.
    void says(Words words) {
        this.words = words;
        requests.set(0);
    }

    int requests() {
        return requests.get();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        requests.incrementAndGet();
        Words now = words;
        now.headers().forEach(response::header);
        return request.receive()
                .then(
                        response.status(now.status())
                                .header("content-type", "application/json")
                                .sendString(Mono.just(now.body()))
                                .then());
    }
}
