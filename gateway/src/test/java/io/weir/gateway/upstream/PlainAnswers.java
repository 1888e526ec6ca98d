package io.weir.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// Answers of no particular protocol.
final class PlainAnswers {

    private PlainAnswers() {}

    static Answer hello(Asked asked) {
        if (asked.bytes() != Asked.NO_BYTES) {
            return new Answer.Filler(asked.status(), asked.bytes());
        }
        var body =
                Answer.object()
                        .put("message", "hello from the upstream")
                        .put("method", asked.method())
                        .put("path", asked.path());
        return Answer.json(asked.status(), body);
    }

    static Answer echo(Asked asked, HttpHeaders headers, byte[] received) {
        var body = Answer.object().put("method", asked.method()).put("path", asked.uri());
        body.set("headers", byName(headers));
        body.put("body", new String(received, StandardCharsets.UTF_8));
        return Answer.json(asked.status(), body);
    }

    private static ObjectNode byName(HttpHeaders headers) {
        var byName = Answer.object();
        headers.forEach(
                header -> byName.withArray("/" + pointer(header.getKey())).add(header.getValue()));
        return byName;
    }

    private static String pointer(String header) {
        return header.toLowerCase(Locale.ROOT).replace("~", "~0").replace("/", "~1");
    }
}
