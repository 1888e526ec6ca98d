package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every request leaves one line, whatever becomes of it.
class OutwardAccessLogTest extends OutwardGateway {

    @Autowired MeterRegistry meters;

    final Customer customer = world.customer(1_000, "1000, 5");
    private final String tag = UUID.randomUUID().toString();

    @Test
    void anAnsweredRequestIsToldOnce() {
        var answer =
                send(
                        request("/plain/%s?echo=true&key=in-the-query".formatted(tag), customer)
                                .header("x-request-id", "order-17")
                                .header("User-Agent", "test \"quoted\" \\")
                                .POST(BodyPublishers.ofString("what-the-body-says")));

        JsonNode line = line();
        assertThat(line.get("request_id").stringValue()).isEqualTo(header(answer, "x-request-id"));
        assertThat(line.get("correlation_id").stringValue()).isEqualTo("order-17");
        assertThat(line.get("method").stringValue()).isEqualTo("POST");
        assertThat(line.get("path").stringValue()).isEqualTo("/plain/" + tag);
        assertThat(line.get("protocol").stringValue()).isEqualTo("HTTP/1.1");
        assertThat(line.get("remote").stringValue()).isEqualTo("127.0.0.1");
        assertThat(line.get("route").stringValue()).isEqualTo("plain");
        assertThat(line.get("key").stringValue()).isEqualTo("key_" + customer.key());
        assertThat(line.get("decision").stringValue()).isEqualTo("admitted");
        assertThat(line.get("status").intValue()).isEqualTo(200);
        assertThat(line.get("bytes").intValue())
                .isEqualTo(Integer.parseInt(header(answer, "content-length")));
        assertThat(line.get("duration_us").longValue()).isPositive();
        assertThat(line.get("end").stringValue()).isEqualTo("complete");
        assertThat(line.get("user_agent").stringValue()).isEqualTo("test \"quoted\" \\");
        assertThat(answer.body())
                .contains(line.get("trace_id").stringValue())
                .doesNotContain("order-17");
        assertThat(text())
                .doesNotContain(customer.secret())
                .doesNotContain("in-the-query")
                .doesNotContain("what-the-body-says");
        assertThat(text().lines().filter(each -> each.contains(tag))).hasSize(1);
    }

    @Test
    void aRefusedRequestIsToldWithItsDecision() {
        var unknown = send(request("/plain/" + tag));
        assertThat(line().get("decision").stringValue()).isEqualTo("unknown");
        assertThat(line().get("status").intValue()).isEqualTo(401);
        assertThat(line().get("request_id").stringValue())
                .isEqualTo(header(unknown, "x-request-id"));
        assertThat(line().has("key")).isFalse();
    }

    @Test
    void anUpstreamThatFailsIsTold() {
        send(request("/dead/" + tag, customer));

        assertThat(line().get("status").intValue()).isEqualTo(502);
        assertThat(line().get("end").stringValue()).isEqualTo("complete");
    }

    @Test
    void whoHangsUpIsToldToo() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head("/plain/" + tag + "?delay=5000", ""));
            eventually(() -> meters.get("weir.requests.active").gauge().value() > 0);
        }

        assertThat(line().get("end").stringValue()).isEqualTo("aborted");
        assertThat(line().has("status")).isFalse();
        assertThat(line().get("key").stringValue()).isEqualTo("key_" + customer.key());
    }

    @Test
    void whatIsNoRequestIsTold() throws Exception {
        long before = malformed();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head("/plain/" + tag, "Content-Length: x\r\n"));
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }

        eventually(() -> malformed() == before + 1);
    }

    @Test
    void requestsInHttp2AreToldAlike() {
        HttpClient.create()
                .protocol(HttpProtocol.H2C)
                .headers(sent -> sent.set("authorization", "Bearer " + customer.secret()))
                .get()
                .uri("http://127.0.0.1:%d/plain/%s".formatted(port, tag))
                .response()
                .block(Wire.DEADLINE);

        assertThat(line().get("protocol").stringValue()).isEqualTo("HTTP/2.0");
        assertThat(line().get("remote").stringValue()).isEqualTo("127.0.0.1");
        assertThat(line().get("status").intValue()).isEqualTo(200);
        assertThat(line().get("route").stringValue()).isEqualTo("plain");
    }

    private byte[] head(String path, String more) {
        return "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n%s\r\n"
                .formatted(path, customer.secret(), more)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private JsonNode line() {
        eventually(() -> find().isPresent());
        return JsonMapper.shared().readTree(find().orElseThrow());
    }

    private Optional<String> find() {
        return text().lines().filter(line -> line.contains(tag)).findFirst();
    }

    private static long malformed() {
        return text().lines().filter(line -> line.contains("\"malformed\"")).count();
    }

    private static String text() {
        try {
            return Files.readString(ACCESS_LOG);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
