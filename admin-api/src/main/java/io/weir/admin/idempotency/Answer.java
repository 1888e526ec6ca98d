package io.weir.admin.idempotency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// What was answered, and to what.
///
/// @param fingerprint of the payload it answers
record Answer(String fingerprint, int status, HttpHeaders headers, ByteBuffer body) {

    private static final List<String> KEPT =
            List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION, HttpHeaders.ETAG);

    boolean isRefusal() {
        return status >= 400;
    }

    Mono<Void> writeTo(ServerHttpResponse response) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        headers.forEach((name, values) -> response.getHeaders().put(name, values));
        if (!body.hasRemaining()) {
            return response.setComplete();
        }
        response.getHeaders().setContentLength(body.remaining());
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body.duplicate())));
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var data = new DataOutputStream(bytes)) {
            data.writeUTF(fingerprint);
            data.writeShort(status);
            for (String name : KEPT) {
                String value = headers.getFirst(name);
                data.writeUTF(value == null ? "" : value);
            }
            data.write(bytes(body));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return bytes.toByteArray();
    }

    static Answer decode(byte[] bytes) {
        try (var data = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String fingerprint = data.readUTF();
            int status = data.readUnsignedShort();
            var headers = new HttpHeaders();
            for (String name : KEPT) {
                String value = data.readUTF();
                if (!value.isEmpty()) {
                    headers.set(name, value);
                }
            }
            return new Answer(fingerprint, status, headers, ByteBuffer.wrap(data.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
