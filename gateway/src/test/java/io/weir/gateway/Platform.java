package io.weir.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A provisioning platform that has VMs, and knows no limit.
///
/// The query bends the answer to a creation or deletion: `status=503` does nothing and says so,
/// `does=drop` does it and closes the connection, `does=break` breaks its answer off, `does=long`
/// makes its answer longer than one that is read, `does=again` makes no second one, and `does=wait`
/// waits until it is let go.
final class Platform implements AutoCloseable {

    private static final String LONG = "x".repeat(20_000);

    private final DisposableServer server;
    private final Set<String> vms = ConcurrentHashMap.newKeySet();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Sinks.Empty<Void> gate = Sinks.empty();

    Platform() {
        server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .route(
                                routes ->
                                        routes.post("/vms", this::create)
                                                .delete("/vms/{id}", this::delete)
                                                .get(
                                                        "/vms",
                                                        (_, response) ->
                                                                response.sendString(
                                                                        Mono.just("[]"))))
                        .bindNow();
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    int vms() {
        return vms.size();
    }

    /// At any time.
    int most() {
        return most.get();
    }

    int asked() {
        return asked.get();
    }

    /// Forgets everything, for another test.
    void clear() {
        vms.clear();
        most.set(0);
        gate = Sinks.empty();
    }

    void letGo() {
        gate.tryEmitEmpty();
    }

    @Override
    public void close() {
        server.disposeNow();
    }

    private Publisher<Void> create(HttpServerRequest request, HttpServerResponse response) {
        asked.incrementAndGet();
        return request.receive()
                .then()
                .then(after(request))
                .then(Mono.defer(() -> made(request, response)));
    }

    private Mono<Void> made(HttpServerRequest request, HttpServerResponse response) {
        int status = status(request, 201);
        if (status != 201) {
            return response.status(status).sendString(Mono.just("{}")).then();
        }
        boolean again = does(request, "again");
        String id = "vm-" + (again ? made.get() : made.incrementAndGet());
        vms.add(id);
        most.accumulateAndGet(vms.size(), Math::max);
        if (does(request, "drop")) {
            return closed(response);
        }
        String filler = does(request, "long") ? LONG : "";
        String body = "{\"data\":{\"filler\":\"%s\",\"id\":\"%s\"}}".formatted(filler, id);
        response.status(201).header("Content-Type", "application/json");
        return does(request, "break")
                ? response.header("Content-Length", "1000").send(brokenOff(body), _ -> true).then()
                : response.sendString(Mono.just(body)).then();
    }

    private static Flux<ByteBuf> brokenOff(String body) {
        ByteBuf begin = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        return Flux.just(begin).concatWith(Mono.error(new IOException("broken off")));
    }

    private Publisher<Void> delete(HttpServerRequest request, HttpServerResponse response) {
        asked.incrementAndGet();
        int status = status(request, 204);
        boolean gone = status == 204 && vms.remove(request.param("id"));
        if (does(request, "drop")) {
            return closed(response);
        }
        return response.status(status == 204 && !gone ? 404 : status).send();
    }

    private Mono<Void> after(HttpServerRequest request) {
        return does(request, "wait")
                ? gate.asMono()
                : Mono.delay(Duration.ofMillis(asked.get() % 8)).then();
    }

    private static Mono<Void> closed(HttpServerResponse response) {
        response.withConnection(
                connection -> {
                    var _ = connection.channel().close();
                });
        return Mono.never();
    }

    private static int status(HttpServerRequest request, int otherwise) {
        int at = request.uri().indexOf("status=");
        return at < 0 ? otherwise : Integer.parseInt(request.uri().substring(at + 7, at + 10));
    }

    private static boolean does(HttpServerRequest request, String what) {
        return request.uri().contains("does=" + what);
    }
}
