package io.weir.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// An upstream that answers what a test has told it to, and remembers what it was asked.
final class Transcripts {

    /// @param cut after which the connection is closed, without a proper end
    record Told(int status, String type, String body, boolean gzip, boolean cut) {}

    private static final Map<String, Told> TOLD = new ConcurrentHashMap<>();
    private static final AtomicReference<String> ASKED = new AtomicReference<>("");
    private static final DisposableServer SERVER =
            HttpServer.create().host("127.0.0.1").port(0).handle(Transcripts::answer).bindNow();

    private Transcripts() {}

    static String url() {
        return "http://127.0.0.1:" + SERVER.port();
    }

    /// @param model by which requests are told apart
    static void tell(String model, Told told) {
        TOLD.put(model, told);
    }

    static String asked() {
        return ASKED.get();
    }

    private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString()
                .defaultIfEmpty("")
                .flatMap(body -> answer(body, response));
    }

    private static Mono<Void> answer(String asked, HttpServerResponse response) {
        ASKED.set(asked);
        Told told =
                TOLD.entrySet().stream()
                        .filter(each -> asked.contains("\"" + each.getKey() + "\""))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseThrow();
        byte[] bytes = told.body().getBytes(StandardCharsets.UTF_8);
        response.status(told.status()).header("Content-Type", told.type());
        if (told.gzip()) {
            response.header("Content-Encoding", "gzip");
        }
        if (told.cut()) {
            response.header("Content-Length", Integer.toString(bytes.length + 1));
        }
        Flux<ByteBuf> sent = Flux.just(Unpooled.wrappedBuffer(told.gzip() ? gzip(bytes) : bytes));
        Flux<ByteBuf> end = told.cut() ? Flux.error(new IOException("cut")) : Flux.empty();
        return response.send(sent.concatWith(end), _ -> true).then();
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
