package io.weir.gateway;

import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/// An upstream of WebSockets that says back what it hears (`/echo`), speaks unasked (`/tell`), or
/// leaves at once (`/leave`).
final class Sockets {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger messages = new AtomicInteger();
    private final DisposableServer server =
            HttpServer.create()
                    .host("127.0.0.1")
                    .port(0)
                    .route(
                            routes ->
                                    routes.ws("/echo", this::echo)
                                            .ws("/tell", Sockets::tell)
                                            .ws("/leave", (_, out) -> out.sendClose(1001, "going")))
                    .bindNow();

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    int open() {
        return open.get();
    }

    int messages() {
        return messages.get();
    }

    private Publisher<Void> echo(WebsocketInbound in, WebsocketOutbound out) {
        open.incrementAndGet();
        return out.sendString(in.receive().asString().doOnNext(_ -> messages.incrementAndGet()))
                .then()
                .doFinally(_ -> open.decrementAndGet());
    }

    private static Publisher<Void> tell(WebsocketInbound in, WebsocketOutbound out) {
        return out.sendString(Flux.range(0, 100).map(i -> "unasked " + i))
                .then(in.receive().then());
    }
}
