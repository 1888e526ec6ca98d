package io.weir.gateway.tokens;

import static io.weir.gateway.tokens.AnswerFormat.ANTHROPIC;
import static io.weir.gateway.tokens.AnswerFormat.OPENAI;
import static io.weir.gateway.tokens.UsageReader.Form.DOCUMENT;
import static io.weir.gateway.tokens.UsageReader.Form.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.tokens.UsageReader.Form;
import io.weir.quota.price.Tokens;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Transcripts that were damaged at random tell the same however they are cut, and nothing that
/// can't be. For a minute, or ten with `-Psoak`, or `-Dweir.fuzz.seconds`; `-Dweir.fuzz.seed`
/// repeats a run.
class TokensFuzzTest {

    private static final int LARGE = 20_000;
    private static final long MOST = 1L << 53;
    private static final long SECONDS =
            Long.getLong("weir.fuzz.seconds", Boolean.getBoolean("weir.soak") ? 600 : 60);
    private static final List<String> TRANSCRIPTS =
            List.of(
                    Transcripts.CHAT,
                    Transcripts.RESPONSES,
                    Transcripts.FAILED,
                    Transcripts.MESSAGES,
                    Transcripts.OVERLOADED);
    private static final List<String> PIECES =
            List.of(
                    "\"usage\":null,",
                    "\"usage\":{\"prompt_tokens\":",
                    "\"input_tokens\":-5,",
                    "9007199254740993",
                    "9007199254740992",
                    "1e308",
                    "\"12\"",
                    "NaN",
                    "\n\n",
                    "\r\n\r\n",
                    "\r",
                    "\ndata: ",
                    "data: [DONE]\n\n",
                    "\\",
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    "\uFEFF",
                    "x".repeat(40_000));

    private record Seen(
            Tokens tokens, boolean nonsense, boolean complete, long text, long estimate) {}

    @Test
    void damagedTranscriptsTellTheSameHoweverTheyAreCut() {
        long seed = Long.getLong("weir.fuzz.seed", new Random().nextLong());
        System.out.println("weir.fuzz.seed: " + seed);
        var random = new Random(seed);
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        long runs = 0;
        while (System.nanoTime() < end) {
            check(damaged(random), random);
            runs++;
        }
        System.out.println("transcripts: " + runs);
        assertThat(runs).isPositive();
    }

    private static void check(byte[] bytes, Random random) {
        for (AnswerFormat format : List.of(OPENAI, ANTHROPIC)) {
            for (Form form : List.of(EVENTS, DOCUMENT)) {
                Seen whole = read(format, form, List.of(ByteBuffer.wrap(bytes)));
                assertThat(read(format, form, cut(bytes, random))).isEqualTo(whole);
                requirePossible(whole, bytes.length);
            }
        }
        byte[] filtered = filtered(List.of(ByteBuffer.wrap(bytes)));
        assertThat(filtered(cut(bytes, random))).isEqualTo(filtered);
        assertThat(isPartOf(filtered, bytes)).isTrue();
        String words = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!words.contains("usage")) {
            assertThat(filtered).isEqualTo(bytes);
        }
    }

    private static void requirePossible(Seen seen, int length) {
        Tokens tokens = seen.tokens;
        assertThat(
                        LongStream.of(
                                tokens.input(),
                                tokens.cacheRead(),
                                tokens.cacheWrite5m(),
                                tokens.cacheWrite1h(),
                                tokens.output(),
                                tokens.outputReasoning(),
                                tokens.audioIn(),
                                tokens.audioOut()))
                .allMatch(each -> each >= 0 && each <= MOST);
        assertThat(seen.text).isBetween(0L, (long) length);
        assertThat(seen.estimate).isBetween((seen.text + 3) / 4, seen.text);
    }

    private static Seen read(AnswerFormat format, Form form, List<ByteBuffer> pieces) {
        var reader = new UsageReader(format, form);
        pieces.forEach(reader::feed);
        reader.end();
        return new Seen(
                reader.tokens().orElse(Tokens.NONE),
                reader.isNonsense(),
                reader.isComplete(),
                reader.text(),
                reader.estimate());
    }

    private static byte[] filtered(List<ByteBuffer> pieces) {
        var filter = new UnaskedUsage(true);
        var out = new ByteArrayOutputStream();
        pieces.forEach(piece -> put(filter.filter(piece.duplicate()), out));
        put(filter.end(), out);
        return out.toByteArray();
    }

    private static void put(ByteBuffer bytes, ByteArrayOutputStream out) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }

    private static boolean isPartOf(byte[] part, byte[] whole) {
        int found = 0;
        for (int i = 0; i < whole.length && found < part.length; i++) {
            found += part[found] == whole[i] ? 1 : 0;
        }
        return found == part.length;
    }

    private static List<ByteBuffer> cut(byte[] bytes, Random random) {
        boolean tiny = bytes.length < LARGE && random.nextBoolean();
        int most = tiny ? 4 : 2 * bytes.length / (1 + random.nextInt(20)) + 2;
        var pieces = new ArrayList<ByteBuffer>();
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(random.nextInt(most), bytes.length - from);
            pieces.add(piece(bytes, from, length, random.nextBoolean()));
            from += length;
        }
        return pieces;
    }

    private static ByteBuffer piece(byte[] bytes, int from, int length, boolean readOnly) {
        ByteBuffer piece = ByteBuffer.wrap(bytes, from, length);
        return readOnly ? piece.asReadOnlyBuffer() : piece;
    }

    private static byte[] damaged(Random random) {
        String transcript = TRANSCRIPTS.get(random.nextInt(TRANSCRIPTS.size()));
        String[] variants = Transcripts.variants(transcript);
        var text = new StringBuilder(variants[random.nextInt(variants.length)]);
        int large = 0;
        for (int i = random.nextInt(12); i > 0; i--) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            boolean isLarge = piece.length() > LARGE;
            if (!isLarge || (large++ == 0 && random.nextInt(20) == 0)) {
                int at = random.nextInt(text.length());
                int until = Math.min(text.length(), at + random.nextInt(20));
                text.replace(at, random.nextBoolean() ? at : until, piece);
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(5); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
