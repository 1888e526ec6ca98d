package io.weir.gateway.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One connection to the [Recorder]: a request and its answer, over and over.
///
/// The query of a request says how it is answered: `delay=50` after so many milliseconds,
/// `status=503` with that status, `reset` by breaking the connection, `cut` in the middle of a
/// body.
final class Conversation {

    private static final int LARGEST = 1 << 20;
    private static final byte[] CUT =
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".getBytes(ISO_8859_1);
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)\r\n");
    private static final Pattern DELAY = Pattern.compile("delay=(\\d+)");
    private static final Pattern STATUS = Pattern.compile("status=(\\d+)");

    private final Recorder recorder;
    private final Socket socket;
    private byte[] buffer = new byte[8192];
    private int filled;

    Conversation(Recorder recorder, Socket socket) {
        this.recorder = recorder;
        this.socket = socket;
    }

    void run() throws IOException {
        Optional<String> request = next();
        while (request.isPresent()) {
            if (!answer(request.get())) {
                return;
            }
            request = next();
        }
    }

    private boolean answer(String request) throws IOException {
        String target = request.split(" ", 3)[1];
        int question = target.indexOf('?');
        String query = question < 0 ? "" : target.substring(question + 1);
        var arrivals =
                recorder.arrived(question < 0 ? target : target.substring(0, question), request);
        try {
            if (!wait(number(DELAY, query).orElse(0))) {
                return false;
            }
        } finally {
            arrivals.end();
        }
        if (query.contains("reset")) {
            socket.setSoLinger(true, 0);
            return false;
        }
        if (query.contains("cut")) {
            socket.getOutputStream().write(CUT);
            return false;
        }
        socket.getOutputStream().write(response(number(STATUS, query).orElse(200)));
        return true;
    }

    /// Whether the caller was still there at the end of it.
    private boolean wait(int millis) throws IOException {
        if (millis == 0) {
            return true;
        }
        socket.setSoTimeout(millis);
        try {
            return read();
        } catch (SocketTimeoutException over) {
            return true;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    private Optional<String> next() throws IOException {
        while (true) {
            int end = endOfRequest();
            if (end > 0) {
                var request = new String(buffer, 0, end, ISO_8859_1);
                System.arraycopy(buffer, end, buffer, 0, filled - end);
                filled -= end;
                return Optional.of(request);
            }
            if (!read()) {
                return Optional.empty();
            }
        }
    }

    /// Where the first request in the buffer ends, 0 while it is not all here.
    private int endOfRequest() throws IOException {
        for (int i = 3; i < filled; i++) {
            if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
                int end = i + 1 + bodyLength(i + 1);
                return end <= filled ? end : 0;
            }
        }
        return 0;
    }

    private int bodyLength(int headLength) throws IOException {
        String head = new String(buffer, 0, headLength, ISO_8859_1).toLowerCase(Locale.ROOT);
        if (head.contains("\r\ntransfer-encoding:")) {
            throw new IOException("The recorder takes no chunked request");
        }
        return number(LENGTH, head).orElse(0);
    }

    private boolean read() throws IOException {
        if (filled == buffer.length) {
            if (filled >= LARGEST) {
                throw new IOException("The request is too large for the recorder");
            }
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = socket.getInputStream().read(buffer, filled, buffer.length - filled);
        filled += Math.max(0, count);
        return count >= 0;
    }

    private static byte[] response(int status) {
        return ("HTTP/1.1 "
                        + status
                        + " Answer\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 15\r\n\r\n{\"served\":true}")
                .getBytes(ISO_8859_1);
    }

    private static Optional<Integer> number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
    }
}
