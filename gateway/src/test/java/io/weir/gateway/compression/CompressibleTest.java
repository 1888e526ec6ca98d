package io.weir.gateway.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressibleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-type: application/json",
                "content-type: Application/JSON; charset=utf-8, content-length: 1024",
                "content-type: application/problem+json",
                "content-type: text/html, etag: W/\"a\"",
                "content-type: text/plain, cache-control: max-age=1",
            })
    void textIs(String head) {
        assertThat(is(HttpResponseStatus.OK, head)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length: 5000",
                "content-type: text/event-stream",
                "content-type: text/event-stream;charset=utf-8",
                "content-type: image/png",
                "content-type: application/json, content-length: 1023",
                "content-type: application/json, content-encoding: gzip",
                "content-type: application/json, content-range: bytes 0-1/2",
                "content-type: application/json, cache-control: private, cache-control: No-Transform",
                "content-type: application/json, etag: \"a\"",
            })
    void whatStreamsOrMustStayAsItIsIsNot(String head) {
        assertThat(is(HttpResponseStatus.OK, head)).isFalse();
    }

    @Test
    void aPartIsNot() {
        assertThat(is(HttpResponseStatus.PARTIAL_CONTENT, "content-type: application/json"))
                .isFalse();
    }

    private static boolean is(HttpResponseStatus status, String head) {
        var headers = new DefaultHttpHeaders();
        for (String field : head.split(", ")) {
            String[] parts = field.split(": ", 2);
            headers.add(parts[0], parts[1]);
        }
        return Compressible.is(status, headers);
    }
}
