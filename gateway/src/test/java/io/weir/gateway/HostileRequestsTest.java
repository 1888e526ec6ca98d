package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that could be read in two ways, on HTTP/1.1.
class HostileRequestsTest extends HostileGateway {

    private static final int MUTATIONS = whole ? 5_000 : 300;

    @Test
    void noneThatIsMalformedReachesTheUpstreamUncounted() {
        Customer customer = customer();
        List<Malformed.Row> rows = Malformed.rows(customer.secret());
        assertThat(rows).hasSizeGreaterThan(200);

        int begun = arrived();
        List<String> wrong = new ArrayList<>();
        for (Malformed.Row row : rows) {
            int before = arrived();
            try (Raw connection = connect()) {
                String answer = connection.ask(row.request());
                if (!answer.matches("(?s)|HTTP/1\\.1 4\\d\\d .*")
                        || answer.contains(" 200 ")
                        || (row.head() && arrived() > before)) {
                    wrong.add(row.name() + ": " + answer);
                }
            }
        }

        assertThat(wrong).isEmpty();
        othersAreServed(customer);
        nothingArrivedUncounted(begun, customer);
    }

    @Test
    void whateverIsChangedInARequestOthersAreServedAndAllThatArrivesIsCounted() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        Customer customer = customer();
        Customer other = customer();
        int begun = arrived();
        for (int i = 0; i < MUTATIONS; i++) {
            try (Raw connection = connect()) {
                connection.send(mutated(customer.secret(), random));
                connection.socket().shutdownOutput();
                assertThat(connection.rest()).as("seed " + seed).doesNotContain("probe");
            } catch (IOException reset) {
                // it was closed before all was sent
            }
            if (i % 20 == 0) {
                othersAreServed(other);
            }
        }
        nothingArrivedUncounted(begun, customer, other);
    }

    /// The upstream serves the request as any other, and knows nothing of WebSockets.
    @Test
    void anUpgradeThatTheUpstreamServesAsARequestIsCountedAsOne() {
        Customer customer = customer();
        int begun = arrived();
        try (Raw connection = connect()) {
            String answer =
                    connection.ask(
                            """
                            GET /open/a HTTP/1.1\r
                            Host: h\r
                            x-api-key: %s\r
                            Connection: Upgrade, close\r
                            Upgrade: websocket\r
                            Sec-WebSocket-Version: 13\r
                            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                            \r
                            """
                                    .formatted(customer.secret()));
            assertThat(answer).startsWith("HTTP/1.1 101 ");
        }
        eventually(() -> arrived() - begun == 1);
        nothingArrivedUncounted(begun, customer);
    }

    private static String mutated(String key, Random random) {
        var text =
                new StringBuilder(
                        random.nextBoolean()
                                ? "POST /open/a?b=c HTTP/1.1\r\nHost: h\r\nx-api-key: "
                                        + key
                                        + "\r\nContent-Length: 5\r\n\r\nhello"
                                : "POST /open/a HTTP/1.1\r\nHost: h\r\nx-api-key: "
                                        + key
                                        + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        text.append("GET /open/next HTTP/1.1\r\nHost: h\r\nx-api-key: " + key + "\r\n\r\n");
        String strange = "\r\n\t \u0000:;,/\\%.0159aé-_GH\u007f\u000b";
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(text.length());
            char c = strange.charAt(random.nextInt(strange.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, c);
                case 1 -> text.setCharAt(at, c);
                case 2 -> text.deleteCharAt(at);
                default -> text.insert(at, text.substring(at, Math.min(at + 30, text.length())));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "/open/a, /open/a",
        "/open/, /open/",
        "/open/a/, /open/a/",
        "/open/a.b/..c/d..?e=/../;%2e%2F//, /open/a.b/..c/d..?e=/../;%2e%2F//",
        "/open/%20%25%C3%A9, /open/%20%25%C3%A9",
        "/open/%61%2D%5f%7E%41, /open/a-_~A",
        "/%6fpen/a?%61, /open/a?%61",
        "http://h/open/a?b, /open/a?b",
        "HTTP://H/open/a, /open/a",
        "/open/$&'()*+:=@!, /open/$&'()*+:=@!"
    })
    void whatIsRoutedIsWhatIsForwarded(String asked, String forwarded) {
        Customer customer = customer();
        try (Raw connection = connect()) {
            assertThat(connection.ask(get(asked, customer, "Connection: close")))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("GET " + forwarded + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 10.1.1.1",
                "x-forwarded-host: evil",
                "X-Forwarded-User: admin",
                "X_Forwarded_For: 10.1.1.1",
                "Forwarded: for=10.1.1.1",
                "X-Real-IP: 10.1.1.1",
                "x-http2-scheme: https",
                "X-Weir-Anything: a",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic x",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Trailer: X",
                "X-Request-Id: mine"
            })
    void whatIsNotForUpstreamsIsNotPassedOn(String field) {
        Customer customer = customer();
        try (Raw connection = connect()) {
            assertThat(connection.ask(get("/open/a", customer, field + "\r\nConnection: close")))
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotContainIgnoringCase(field.replace(": ", "="));
        }
    }

    @Test
    void whatAConnectionNamesIsItsOwn() {
        Customer customer = customer();
        try (Raw connection = connect()) {
            String answer =
                    connection.ask(
                            get("/open/a", customer, "X-Mine: a\r\nConnection: close, X-Mine"));
            assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("x-mine");
        }
        try (Raw connection = connect()) {
            assertThat(connection.ask(get("/open/a", customer, "Connection: close, x-api-key")))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aProxyIsBelievedWhereItsCallerIsNot() {
        Customer customer = customer();
        world.change(
                customer.key(),
                "UPDATE key SET allowed_cidrs = '{10.1.1.1/32}' WHERE id = '%s'"
                        .formatted(customer.key()));
        String asked =
                get(
                        "/open/a",
                        customer,
                        "X-Forwarded-For: 10.9.9.9, 10.1.1.1\r\nConnection: close");
        String lied =
                get(
                        "/open/a",
                        customer,
                        "X-Forwarded-For: 10.1.1.1, 10.9.9.9\r\nConnection: close");

        assertThat(from(PROXY, asked)).startsWith("HTTP/1.1 200 ");
        assertThat(from(PROXY, lied)).startsWith("HTTP/1.1 403 ");
        assertThat(from("127.0.0.8", asked)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aBodyMayBeAsLargeAsItsRouteTakes() {
        Customer customer = customer();
        int begun = arrived();
        assertThat(post(customer, "Content-Length: 1024", "x".repeat(1024)))
                .startsWith("HTTP/1.1 200 ");
        assertThat(post(customer, "Transfer-Encoding: chunked", chunked(1024)))
                .startsWith("HTTP/1.1 200 ");

        assertThat(post(customer, "Content-Length: 1025", "x".repeat(1025)))
                .startsWith("HTTP/1.1 413 ")
                .contains("urn:weir:problem:content-too-large");
        assertThat(post(customer, "Transfer-Encoding: chunked", chunked(4000)))
                .startsWith("HTTP/1.1 413 ")
                .contains("urn:weir:problem:content-too-large");
        everythingIsAccountedFor(begun, customer);
    }

    private String post(Customer customer, String framing, String body) {
        try (Raw connection = connect()) {
            return connection.ask(
                    "POST /small/a HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\nConnection: close\r\n%s\r\n\r\n%s"
                            .formatted(customer.secret(), framing, body));
        }
    }

    private static String chunked(int bytes) {
        return "%x\r\n%s\r\n0\r\n\r\n".formatted(bytes, "x".repeat(bytes));
    }

    private String from(String address, String request) {
        try (Raw connection = Raw.connect(address, port)) {
            return connection.ask(request);
        }
    }

    private static String get(String target, Customer customer, String fields) {
        return "GET %s HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n%s\r\n\r\n"
                .formatted(target, customer.secret(), fields);
    }
}
