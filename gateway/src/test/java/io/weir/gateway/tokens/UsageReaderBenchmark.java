package io.weir.gateway.tokens;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.tokens.UsageReader.Form;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/// What reading an answer costs while it passes. Run its `main`; it prints megabytes in a second of
/// the thread's own time and bytes allocated for an answer of 100 KB, which comes in pieces as from
/// a socket.
final class UsageReaderBenchmark {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 5;
    private static final int ANSWERS = 2_000;
    private static final int PIECE = 16 * 1024;

    private static final String CHUNK =
            "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1741569952,\"model\":\"gpt-4.1-2025-04-14\",\"service_tier\":\"default\","
                    + "\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":"
                    + "{\"content\":\" word\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
    private static final String DELTA =
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                    + "\"delta\":{\"type\":\"text_delta\",\"text\":\" word\"}}\n\n";
    private static final String DOCUMENT =
            "{\"choices\":[{\"message\":{\"content\":\"%s\"}}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}"
                    .formatted("Some text, \\\"quoted\\\" here and there.\\n".repeat(2_700));
    private static final String EMBEDDING =
            "{\"data\":[{\"embedding\":[%s0]}],\"usage\":{\"prompt_tokens\":9}}"
                    .formatted("-0.006929283495992422,".repeat(4_600));

    private UsageReaderBenchmark() {}

    public static void main(String[] arguments) {
        reading("chat", AnswerFormat.OPENAI, Form.EVENTS, repeated(CHUNK), false);
        reading("chat, direct", AnswerFormat.OPENAI, Form.EVENTS, repeated(CHUNK), true);
        reading("messages", AnswerFormat.ANTHROPIC, Form.EVENTS, repeated(DELTA), false);
        reading("document", AnswerFormat.OPENAI, Form.DOCUMENT, DOCUMENT, false);
        reading("embedding", AnswerFormat.OPENAI, Form.DOCUMENT, EMBEDDING, false);
        ByteBuffer[] chat = pieces(repeated(CHUNK), true);
        measure("taking out", size(chat), () -> filtered(chat));
    }

    private static String repeated(String event) {
        return event.repeat(100_000 / event.length());
    }

    private static void reading(
            String what, AnswerFormat format, Form form, String answer, boolean direct) {
        ByteBuffer[] pieces = pieces(answer, direct);
        measure(what, size(pieces), () -> read(format, form, pieces));
    }

    private static int read(AnswerFormat format, Form form, ByteBuffer[] pieces) {
        var reader = new UsageReader(format, form);
        for (ByteBuffer piece : pieces) {
            reader.feed(piece);
        }
        reader.end();
        return (int) reader.text();
    }

    private static int filtered(ByteBuffer[] pieces) {
        var filter = new UnaskedUsage(true);
        int passed = 0;
        for (ByteBuffer piece : pieces) {
            passed += filter.filter(piece.duplicate()).remaining();
        }
        return passed + filter.end().remaining();
    }

    private static void measure(String what, long size, IntSupplier answer) {
        double best = 0;
        long allocated = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            long from = THREADS.getCurrentThreadCpuTime();
            long sum = 0;
            for (int i = 0; i < ANSWERS; i++) {
                sum += answer.getAsInt();
            }
            double seconds = (THREADS.getCurrentThreadCpuTime() - from) / 1e9;
            allocated = (allocated() - before) / ANSWERS;
            best = Math.max(best, size * ANSWERS / seconds / 1e6);
            if (sum < 0) {
                throw new IllegalStateException("Nothing was read");
            }
        }
        System.out.printf("%-14s %6.0f MB/s  %7d B an answer%n", what, best, allocated);
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    private static long size(ByteBuffer[] pieces) {
        long size = 0;
        for (ByteBuffer piece : pieces) {
            size += piece.remaining();
        }
        return size;
    }

    private static ByteBuffer[] pieces(String answer, boolean direct) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        var pieces = new ByteBuffer[(bytes.length + PIECE - 1) / PIECE];
        for (int i = 0; i < pieces.length; i++) {
            int length = Math.min(PIECE, bytes.length - i * PIECE);
            ByteBuffer piece =
                    direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
            pieces[i] = piece.put(bytes, i * PIECE, length).flip();
        }
        return pieces;
    }
}
