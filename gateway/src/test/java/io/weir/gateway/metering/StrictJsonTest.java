package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.metering.RequestBody.Malformed;
import io.weir.gateway.metering.RequestBody.Read;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    @Test
    void theModelIsTheMemberOfTheOutermostObject() {
        assertThat(model("{\"a\":{\"model\":\"inner\"},\"model\":\"m\",\"b\":[{\"model\":1}]}"))
                .contains("m");
        assertThat(model("{\"mod\\u0065l\":\"m\"}")).contains("m");
        assertThat(model("{\"a\":{\"model\":\"inner\"}}")).isEmpty();
        assertThat(model("[{\"model\":\"m\"}]")).isEmpty();
        assertThat(model("\"model\"")).isEmpty();
        assertThat(model(" {} ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"a\",\"model\":\"b\"}",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}",
                "{\"model\":\"a\",\"Model\":\"b\"}",
                "{\"MODEL\":\"a\"}",
                "{\"model\":1}",
                "{\"model\":null}",
                "{\"model\":[\"a\"]}",
                "{\"model\":\"a\",\"b\":{\"c\":1,\"c\":2}}",
                "{\"model\":\"a\"}{\"model\":\"b\"}",
                "{\"model\":\"a\"} x",
                "{\"model\":\"a\",}",
                "{'model':'a'}",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"} //",
                "\uFEFF{\"model\":\"a\"}",
                "{\"a\":NaN}",
                "nul"
            })
    void whatCouldBeReadOtherwiseIsRefused(String body) {
        assertThat(read(body, StandardCharsets.UTF_8)).isInstanceOf(Malformed.class);
    }

    @Test
    void textOfAnotherCharsetIsRefused() {
        for (var charset :
                new Charset[] {
                    StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16
                }) {
            assertThat(read("{\"model\":\"a\"}", charset)).isInstanceOf(Malformed.class);
        }
        assertThat(read("{\"model\":\"é\"}", StandardCharsets.ISO_8859_1))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void aBodyThatIsNestedTooDeepIsRefused() {
        String deep = "{\"a\":" + "[".repeat(100_000);

        assertThat(read(deep, StandardCharsets.UTF_8)).isInstanceOf(Malformed.class);
    }

    private static Optional<String> model(String body) {
        return ((Read) read(body, StandardCharsets.UTF_8)).model();
    }

    private static RequestBody read(String body, Charset charset) {
        return StrictJson.read(ByteBuffer.wrap(body.getBytes(charset)));
    }
}
