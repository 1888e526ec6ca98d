package io.weir.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnaskedUsageTest {

    private static final String HEAD =
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é ";
    private static final String USAGE =
            "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Test
    void theChunkOfUsageAndTheNullsAreTakenOutAndNothingElse() {
        String chunk = HEAD + "\\\"usage\\\":null\"}}]%s}\n\n";
        String nested = "data: {\"choices\":[{\"index\":0,\"usage\":null}]}\n\n: comment\n\n";

        for (String end : new String[] {"\n", "\r\n", "\r"}) {
            String sent =
                    (chunk.formatted(",\"usage\":null")
                                    + nested
                                    + chunk.formatted(",\"usage\" : null ,\"x\":1")
                                    + USAGE
                                    + DONE)
                            .replace("\n", end);
            String wanted =
                    (chunk.formatted("") + nested + chunk.formatted(" ,\"x\":1") + DONE)
                            .replace("\n", end);
            byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
            for (int cut = 0; cut <= bytes.length; cut++) {
                assertThat(filtered(bytes, cut)).isEqualTo(wanted);
            }
        }
    }

    @Test
    void aNullThatComesFirstIsTakenOutWithTheCommaBehindIt() {
        String chunk = "data: {%s\"choices\":[{\"index\":0}]}\n\n";
        String alone = "data: {\"usage\":null}\n\n";
        byte[] bytes =
                (chunk.formatted("\"usage\": null ,") + alone).getBytes(StandardCharsets.UTF_8);

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(filtered(bytes, cut)).isEqualTo(chunk.formatted("") + "data: {}\n\n");
        }
    }

    @Test
    void aCommentPassesAtOnce() {
        var filter = new UnaskedUsage(true);

        assertThat(
                        filter.filter(
                                        ByteBuffer.wrap(
                                                ": working\n\n".getBytes(StandardCharsets.UTF_8)))
                                .remaining())
                .isEqualTo(11);
    }

    @Test
    void aStreamThatBreaksOffPassesAsFarAsItCame() {
        byte[] bytes = (HEAD + "x").getBytes(StandardCharsets.UTF_8);

        assertThat(filtered(bytes, 7)).isEqualTo(HEAD + "x");
        assertThat(filtered((DONE + USAGE.strip()).getBytes(StandardCharsets.UTF_8), 7))
                .isEqualTo(DONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {32_000, 40_000, 200_000})
    void aLargeEventPasses(int size) {
        String large = HEAD + "x".repeat(size) + "\"}}]}\n\n";
        byte[] bytes = (large + USAGE + DONE).getBytes(StandardCharsets.UTF_8);

        for (int cut = 0; cut < bytes.length; cut += 4_999) {
            assertThat(filtered(bytes, cut)).isEqualTo(large + DONE);
        }
    }

    private static String filtered(byte[] bytes, int cut) {
        var filter = new UnaskedUsage(true);
        var out = new ByteArrayOutputStream();
        put(filter.filter(ByteBuffer.wrap(bytes, 0, cut)), out);
        put(filter.filter(ByteBuffer.wrap(bytes, cut, bytes.length - cut)), out);
        put(filter.end(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void put(ByteBuffer bytes, ByteArrayOutputStream out) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }
}
