package io.weir.gateway.metering;

import io.weir.gateway.metering.RequestBody.Opaque;
import io.weir.gateway.metering.RequestBody.Read;
import io.weir.gateway.metering.RequestBody.TooLarge;
import io.weir.gateway.metering.RequestBody.TooSlow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/// Reads bodies where something in them has to be known before they are forwarded. Nobody else's is
/// held up or kept in memory.
public final class RequestBodies {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int most;

    /// @param most bytes that are kept of one request
    public RequestBodies(int most) {
        this.most = most;
    }

    public Mono<RequestBody> read(ServerHttpRequest request) {
        return read(request, StrictJson::read);
    }

    /// One in which `model` means nothing.
    public Mono<RequestBody> readDocument(ServerHttpRequest request) {
        return read(request, StrictJson::readDocument);
    }

    private Mono<RequestBody> read(
            ServerHttpRequest request, Function<ByteBuffer, RequestBody> json) {
        HttpHeaders headers = request.getHeaders();
        if (headers.getContentLength() > most) {
            return Mono.just(new TooLarge(most));
        }
        return DataBufferUtils.join(request.getBody(), most)
                .timeout(PATIENCE)
                .map(RequestBodies::bytes)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> read(headers, ByteBuffer.wrap(bytes), json))
                .onErrorResume(DataBufferLimitException.class, _ -> Mono.just(new TooLarge(most)))
                .onErrorResume(TimeoutException.class, _ -> Mono.just(new TooSlow()));
    }

    private static RequestBody read(
            HttpHeaders headers, ByteBuffer bytes, Function<ByteBuffer, RequestBody> json) {
        if (!bytes.hasRemaining()) {
            return new Read(bytes, Optional.empty());
        }
        return isPlainJson(headers) ? json.apply(bytes) : new Opaque(bytes);
    }

    /// And nothing else: of two content types, another reader could take the other.
    private static boolean isPlainJson(HttpHeaders headers) {
        List<String> types = headers.getOrEmpty(HttpHeaders.CONTENT_TYPE);
        if (types.size() != 1 || headers.containsHeader(HttpHeaders.CONTENT_ENCODING)) {
            return false;
        }
        try {
            MediaType media = MediaType.parseMediaType(types.getFirst());
            boolean utf8 =
                    media.getCharset() == null || media.getCharset().equals(StandardCharsets.UTF_8);
            return utf8
                    && (media.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                            || "json".equals(media.getSubtypeSuffix()));
        } catch (InvalidMediaTypeException unreadable) {
            return false;
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
