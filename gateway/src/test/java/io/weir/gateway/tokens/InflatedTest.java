package io.weir.gateway.tokens;

import static io.weir.gateway.tokens.AnswerFormat.ANTHROPIC;
import static io.weir.gateway.tokens.UsageReader.Form.DOCUMENT;
import static io.weir.gateway.tokens.UsageReader.Form.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.price.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflatedTest {

    private static final byte[] PLAIN = Transcripts.MESSAGES.getBytes(StandardCharsets.UTF_8);
    private static final Tokens OF_PLAIN = new Tokens(3, 0, 12_304, 0, 550, 0, 0, 0);

    private record Read(UsageReader usage, Inflated inflated) {}

    @Test
    void gzipCutAtEveryByteIsReadTheSame() throws IOException {
        atEveryCut("gzip", gzip(PLAIN));
        atEveryCut("X-GZip", join(gzip(PLAIN), "anything".getBytes(StandardCharsets.UTF_8)));
        atEveryCut("gzip", withAllFields(gzip(PLAIN)));
    }

    @Test
    void severalMembersAreOneAnswer() throws IOException {
        byte[] first = gzip(Arrays.copyOf(PLAIN, 700));
        byte[] second = gzip(Arrays.copyOfRange(PLAIN, 700, PLAIN.length));

        atEveryCut("gzip", join(first, second));
    }

    @Test
    void deflateWithAndWithoutZlibsHeaderCutAtEveryByteIsReadTheSame() throws IOException {
        atEveryCut("deflate", deflate(PLAIN, new Deflater()));
        atEveryCut("deflate", deflate(PLAIN, new Deflater(Deflater.BEST_COMPRESSION, true)));
        atEveryCut("deflate", deflate(PLAIN, new Deflater(Deflater.NO_COMPRESSION, true)));
        atEveryCut("identity", PLAIN);
        atEveryCut("", PLAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, gzip", "compress", "identity,gzip", "*"})
    void otherCodingsAreUnknown(String coding) {
        assertThat(Inflated.of(coding, new UsageReader(ANTHROPIC, EVENTS))).isEmpty();
    }

    @Test
    void whatBreaksOffOrIsNoneIsBroken() throws IOException {
        byte[] whole = gzip(PLAIN);
        for (int length = 1; length < whole.length; length++) {
            assertThat(read("gzip", Arrays.copyOf(whole, length), 0).inflated.isBroken()).isTrue();
        }
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 100, 140, (byte) 0xFF);

        assertThat(read("gzip", damaged, 50).inflated.isBroken()).isTrue();
        assertThat(read("gzip", PLAIN, 50).inflated.isBroken()).isTrue();
        assertThat(read("deflate", PLAIN, 50).inflated.isBroken()).isTrue();
        assertThat(read("gzip", new byte[0], 0).inflated.isBroken()).isFalse();
    }

    @Test
    void whatInflatesAThousandfoldIsOnlyCounted() throws IOException {
        long size = 64 * 1024 * 1024;
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write("{\"content\":[{\"text\":\"".getBytes(StandardCharsets.UTF_8));
            var zeros = new byte[64 * 1024];
            Arrays.fill(zeros, (byte) '0');
            for (long i = 0; i < size; i += zeros.length) {
                out.write(zeros);
            }
        }
        var reader = new UsageReader(ANTHROPIC, DOCUMENT);
        Inflated inflated = Inflated.of("gzip", reader).orElseThrow();
        inflated.feed(ByteBuffer.wrap(bytes.toByteArray()));
        inflated.end();

        assertThat(bytes.size()).isLessThan(100_000);
        assertThat(reader.text()).isEqualTo(size);
        assertThat(inflated.isBroken()).isFalse();
    }

    @Test
    void nothingIsReadAfterTheEnd() throws IOException {
        Read read = read("gzip", gzip(PLAIN), 10);
        read.inflated.feed(ByteBuffer.wrap(gzip(PLAIN)));
        read.inflated.end();

        assertThat(read.usage.tokens()).contains(OF_PLAIN);
    }

    private static void atEveryCut(String coding, byte[] bytes) {
        for (int cut = 0; cut <= bytes.length; cut++) {
            Read read = read(coding, bytes, cut);
            assertThat(read.usage.tokens()).contains(OF_PLAIN);
            assertThat(read.usage.isComplete()).isTrue();
            assertThat(read.inflated.isBroken()).isFalse();
        }
    }

    private static Read read(String coding, byte[] bytes, int cut) {
        var reader = new UsageReader(ANTHROPIC, EVENTS);
        Inflated inflated = Inflated.of(coding, reader).orElseThrow();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        inflated.feed(direct.slice(0, cut));
        inflated.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut).asReadOnlyBuffer());
        inflated.end();
        return new Read(reader, inflated);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(byte[] plain, Deflater deflater) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(plain);
        }
        deflater.end();
        return bytes.toByteArray();
    }

    /// With an extra field, a name, a comment and a checksum of the header.
    private static byte[] withAllFields(byte[] gzip) {
        byte[] head = Arrays.copyOf(gzip, 10);
        head[3] = 0x1E;
        byte[] fields = {2, 0, 7, 7, 'n', 0, 'c', 'c', 0, 9, 9};
        return join(join(head, fields), Arrays.copyOfRange(gzip, 10, gzip.length));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
