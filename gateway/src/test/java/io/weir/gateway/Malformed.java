package io.weir.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Requests that two readers could take for two things, as they are written by those who hope so.
///
/// Longer than most files, as it is a table: one row for each of over two hundred requests.
final class Malformed {

    /// To be refused, in whichever protocol it is asked for.
    static final List<String> PATHS =
            List.of(
                    "//open/x",
                    "/open//x",
                    "/open/x//",
                    "/open///x",
                    "/./open/x",
                    "/open/./x",
                    "/open/.",
                    "/open/x/.",
                    "/../open/x",
                    "/open/../open/x",
                    "/open/..",
                    "/open/x/..",
                    "/open/../../x",
                    "/open/%2e/x",
                    "/open/%2e%2e/x",
                    "/open/%2E%2E/x",
                    "/open/.%2e/x",
                    "/open/%2e./x",
                    "/open/x%2e",
                    "/open%2fx",
                    "/open/a%2Fb",
                    "/open/..%2f..%2fx",
                    "/open/%5cx",
                    "/open/a%5Cb",
                    "/open/..%5c..%5cx",
                    "/open/a\\b",
                    "\\open\\x",
                    "/open/..\\x",
                    "/open/a;b=c",
                    "/open;a/x",
                    "/open/..;/x",
                    "/open/x;",
                    "/;/open/x",
                    "/open/a%3bb",
                    "/open/%00x",
                    "/open/x%00",
                    "/open/%0d%0aHost:%20x",
                    "/open/%0a",
                    "/open/%1fx",
                    "/open/%7f",
                    "/open/%",
                    "/open/%2",
                    "/open/%zz",
                    "/open/%2g",
                    "/open/%u002e",
                    "/open/x#y",
                    "/open/#",
                    "/open/%c0%af",
                    "/open/%c0%ae%c0%ae/x",
                    "/open/%c1%9c",
                    "/open/%ff",
                    "/open/%f5%80%80%80",
                    "/open/%e0/../x",
                    "/open/x\u0001",
                    "/open/\u007f",
                    "/open/\u00e9",
                    "/open/\u00ff",
                    "/open/a?b#c",
                    "/open/a?b\\c",
                    "/open/a?\u00e9",
                    "open/x",
                    "*",
                    "",
                    "?x",
                    "http:/open/x",
                    "h:80");

    /// @param name what is wrong with it
    /// @param request as it is sent
    /// @param head whether nothing of it may reach the upstream; else only its body is malformed
    record Row(String name, String request, boolean head) {

        @Override
        public String toString() {
            return name;
        }
    }

    private final String key;
    private final List<Row> rows = new ArrayList<>();

    private Malformed(String key) {
        this.key = key;
    }

    /// All of HTTP/1.1, each with a valid key.
    static List<Row> rows(String key) {
        var table = new Malformed(key);
        table.paths();
        table.requestLines();
        table.hosts();
        table.lengths();
        table.encodings();
        table.names();
        table.folds();
        table.characters();
        table.lineEnds();
        table.options();
        table.sizes();
        table.chunks();
        return table.rows;
    }

    private void paths() {
        PATHS.forEach(
                path -> line("target '%s'".formatted(path), "GET %s HTTP/1.1".formatted(path)));
        for (int c = 1; c < ' '; c++) {
            if (c != '\n') {
                line("%#x in the target".formatted(c), "GET /open/a" + (char) c + "b HTTP/1.1");
            }
        }
        for (String other :
                List.of("evil", "h:81", "user@h", "h.", "evil/open", "h@evil", "", "evil?", "H2")) {
            line("absolute, for " + other, "GET http://%s/open/x HTTP/1.1".formatted(other));
        }
        line("of another scheme", "GET ftp://h/open/x HTTP/1.1");
        line("without a scheme", "GET //h/open/x HTTP/1.1");
    }

    private void requestLines() {
        for (String version :
                List.of(
                        "HTTP/1.2",
                        "HTTP/2.0",
                        "HTTP/3.0",
                        "HTTP/0.9",
                        "HTTP/1.1x",
                        "HTTP/01.1",
                        "HTTP/1.10",
                        "HTP/1.1",
                        "HTTP1.1",
                        "HTTP/1,1",
                        "HTTP/ 1.1",
                        "HTTP/",
                        "1.1")) {
            line("version " + version, "GET /open/x " + version);
        }
        for (String method : List.of("G ET", "GET\u0000", "G(T", "G@T", "GE:T", "G/T", "", "{}")) {
            line("method '" + method + "'", method + " /open/x HTTP/1.1");
        }
        line("no version", "GET /open/x");
        line("a method alone", "GET");
        line("two targets", "GET /open/x /open/y HTTP/1.1");
    }

    private void hosts() {
        String get = "GET /open/x HTTP/1.1\r\nx-api-key: " + key + "\r\n";
        Consumer<String> host =
                hosts -> head("Host: " + hosts.replace("\r\n", ", "), get + hosts + "\r\n");
        host.accept("");
        host.accept("Host: h\r\nHost: h\r\n");
        host.accept("Host: h\r\nHost: evil\r\n");
        host.accept("Host: h\r\nhOST: h\r\n");
        for (String value :
                List.of(
                        "",
                        "a b",
                        "a,b",
                        "a/b",
                        "u@h",
                        "a;b",
                        "a?b",
                        "a#b",
                        "a\\b",
                        "a%2eb",
                        "h:x",
                        "h:99999999999",
                        "\u00e9",
                        "h\u0001",
                        "<h>",
                        "h, evil")) {
            host.accept("Host: " + value + "\r\n");
        }
    }

    private void lengths() {
        for (String length :
                List.of(
                        "+5",
                        "-5",
                        "5,5",
                        "5, 5",
                        "5,6",
                        "5 5",
                        "0x5",
                        "5.0",
                        "",
                        "a",
                        "5a",
                        "5;",
                        "\"5\"",
                        "05",
                        "0005",
                        "99999999999999999999",
                        "9223372036854775808",
                        "5e0",
                        "\u00b2",
                        "5\u00005",
                        "5\u000b",
                        "\u000c5",
                        "--5",
                        "0-5")) {
            post("Content-Length: '" + length + "'", "Content-Length: " + length);
        }
        post("the same length twice", "Content-Length: 5\r\nContent-Length: 5");
        post("two lengths", "Content-Length: 5\r\nContent-Length: 0");
        post("two lengths, the other way", "Content-Length: 0\r\nContent-Length: 5");
        post("three lengths", "Content-Length: 5\r\ncontent-length: 6\r\nCONTENT-LENGTH: 5");
    }

    private void encodings() {
        for (String coding :
                List.of(
                        "chunked",
                        "Chunked",
                        "identity",
                        "gzip",
                        "xchunked",
                        "chunked, identity",
                        "identity, chunked",
                        "gzip, chunked",
                        "chunked, chunked",
                        "chunked;q=1",
                        "\"chunked\"",
                        "chunked,",
                        ",chunked",
                        "chunk ed",
                        "chunked\u0000",
                        "\u000bchunked",
                        "chun\u0000ked",
                        "cow")) {
            post(
                    "a length and Transfer-Encoding: '" + coding + "'",
                    "Content-Length: 5\r\nTransfer-Encoding: " + coding);
            post(
                    "Transfer-Encoding: '" + coding + "' and a length",
                    "Transfer-Encoding: " + coding + "\r\nContent-Length: 5");
            if (!coding.equalsIgnoreCase("chunked")) {
                chunked("Transfer-Encoding: '" + coding + "'", "Transfer-Encoding: " + coding);
            }
        }
        chunked("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
        chunked(
                "chunked, then identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity");
        chunked(
                "identity, then chunked",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked");
        head(
                "chunks in HTTP/1.0",
                "POST /open/x HTTP/1.0\r\nHost: h\r\nx-api-key: %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                        .formatted(key));
    }

    private void names() {
        for (String name :
                List.of(
                        "Content-Length ",
                        "Content-Length\t",
                        "Content_Length",
                        "content_length",
                        "Transfer_Encoding",
                        "Transfer-Encoding ",
                        "Content-Length\u0000",
                        "X\r",
                        "X Y",
                        "X(Y)",
                        "X@Y",
                        "X\"",
                        "X[Y]",
                        "X{Y}",
                        "X/Y",
                        "X=Y",
                        "X,Y",
                        "X;Y",
                        "X<",
                        "X>",
                        "X?",
                        "X\\",
                        "X\u00e9",
                        "X\u0001",
                        "X\u007f",
                        "")) {
            post("field '" + name + "'", "Content-Length: 5\r\n" + name + ": 5");
        }
        post("no colon", "Content-Length: 5\r\nabc");
        head(
                "a first field that is indented",
                "GET /open/x HTTP/1.1\r\n X: y\r\nHost: h\r\nx-api-key: " + key + "\r\n\r\n");
    }

    private void folds() {
        for (String space : List.of(" ", "\t", "  ", " \t ", "\t\t\t")) {
            post("folded by '%s'".formatted(space), "Content-Length: 5\r\nX: a\r\n" + space + "b");
            post("length, folded", "Content-Length:\r\n" + space + "5");
            post("coding, folded", "Transfer-Encoding:\r\n" + space + "chunked");
            post("key, folded", "Content-Length: 5\r\nAuthorization: Bearer\r\n" + space + "x");
            post("an empty fold", "Content-Length: 5\r\nX: a\r\n" + space);
            post("folded twice", "Content-Length: 5\r\nX: a\r\n" + space + "b\r\n" + space + "c");
        }
    }

    private void characters() {
        for (int c = 0; c < ' '; c++) {
            if (c != '\t' && c != '\n') {
                post("%#x in a value".formatted(c), "Content-Length: 5\r\nX: a" + (char) c + "b");
            }
        }
        post("0x7f in a value", "Content-Length: 5\r\nX: a\u007fb");
    }

    private void lineEnds() {
        String fields = "Host: h\r\nx-api-key: " + key + "\r\n";
        head("bare LF after the line", "GET /open/x HTTP/1.1\n" + fields + "\r\n");
        head(
                "bare LF after a field",
                "GET /open/x HTTP/1.1\r\nHost: h\nx-api-key: " + key + "\r\n\r\n");
        head("bare LF at the end", "GET /open/x HTTP/1.1\r\n" + fields + "\n");
        head("bare LF throughout", "GET /open/x HTTP/1.1\nHost: h\nx-api-key: " + key + "\n\n");
        head("CR CR LF", "GET /open/x HTTP/1.1\r\r\n" + fields + "\r\n");
        head("CR CR LF after a field", "GET /open/x HTTP/1.1\r\nX: y\r\r\n" + fields + "\r\n");
        head("NUL in front", "\u0000GET /open/x HTTP/1.1\r\n" + fields + "\r\n");
        head("a space behind", "GET /open/x HTTP/1.1 \r\n" + fields + "\r\n");
    }

    private void options() {
        for (String option :
                List.of("content-length", "Host", "transfer-encoding", "close, Content-Length")) {
            post("Connection: " + option, "Content-Length: 5\r\nConnection: " + option);
        }
    }

    private void sizes() {
        line("a long target", "GET /open/" + "x".repeat(8190) + " HTTP/1.1");
        line("a very long target", "GET /open/" + "x".repeat(20_000) + " HTTP/1.1");
        line("a long query", "GET /open/x?" + "x".repeat(8190) + " HTTP/1.1");
        line("a long method", "G".repeat(9_000) + " /open/x HTTP/1.1");
        post("a large field", "Content-Length: 5\r\nX: " + "y".repeat(17_000));
        post("a large name", "Content-Length: 5\r\n" + "X".repeat(17_000) + ": y");
        post("many fields", "Content-Length: 5" + "\r\nX: y".repeat(100));
        post("large fields", "Content-Length: 5" + ("\r\nX: " + "y".repeat(900)).repeat(20));
    }

    /// Their heads are well-formed, so that they may have begun at the upstream.
    private void chunks() {
        for (String size :
                List.of(
                        "g",
                        "-5",
                        "+5",
                        "0x5",
                        " 5",
                        "",
                        "5,",
                        "5_",
                        "ffffffffffffffff",
                        "80000000",
                        "5\u0000",
                        "5 5",
                        "5;a\n",
                        "5;a=\"\u0000\"",
                        "5\n",
                        "\u0000",
                        "5\r",
                        "5 a")) {
            body("chunk size '" + size + "'", size + "\r\nhello\r\n0\r\n\r\n");
        }
        body("data without an end", "5\r\nhelloXX0\r\n\r\n");
        body("bare LF after a size", "5\nhello\r\n0\r\n\r\n");
        body("bare LF after data", "5\r\nhello\n0\r\n\r\n");
        body("bare LF after the last size", "5\r\nhello\r\n0\n\r\n");
        body("bare LF at the end", "5\r\nhello\r\n0\r\n\n");
        body("a trailer without a colon", "5\r\nhello\r\n0\r\nabc\r\n\r\n");
        body("more data than stated", "4\r\nhello\r\n0\r\n\r\n");
        body("less data than stated", "6\r\nhello\r\n0\r\n\r\n");
    }

    private void line(String name, String line) {
        head(name, line + "\r\nHost: h\r\nx-api-key: " + key + "\r\n\r\n");
    }

    private void post(String name, String fields) {
        head(
                name,
                "POST /open/x HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n%s\r\n\r\nhello"
                        .formatted(key, fields));
    }

    private void chunked(String name, String fields) {
        head(
                name,
                "POST /open/x HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n%s\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                        .formatted(key, fields));
    }

    private void body(String name, String chunks) {
        rows.add(
                new Row(
                        name,
                        "POST /open/x HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                                .formatted(key, chunks + smuggled()),
                        false));
    }

    private void head(String name, String request) {
        rows.add(new Row(name, request + smuggled(), true));
    }

    /// What would be a request of its own, if somebody took the first one to end before it.
    private String smuggled() {
        return "GET /open/smuggled HTTP/1.1\r\nHost: h\r\nx-api-key: " + key + "\r\n\r\n";
    }
}
