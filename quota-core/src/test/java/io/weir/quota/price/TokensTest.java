package io.weir.quota.price;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokensTest {

    private static final Tokens EACH = new Tokens(1, 2, 4, 8, 16, 32, 64, 128);

    @Test
    void eachClassIsItsOwn() {
        assertThat(TokenClass.values())
                .extracting(EACH::of)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L);
        assertThat(TokenClass.values())
                .extracting(TokenClass::word)
                .containsExactly(
                        "input",
                        "cache_read",
                        "cache_write_5m",
                        "cache_write_1h",
                        "output",
                        "output_reasoning",
                        "audio_in",
                        "audio_out");
    }

    @Test
    void sumsAreOfAllClassesAndOfEach() {
        assertThat(EACH.total()).isEqualTo(255);
        assertThat(Tokens.NONE.total()).isZero();
        assertThat(EACH.plus(EACH)).isEqualTo(new Tokens(2, 4, 8, 16, 32, 64, 128, 256));
    }

    @Test
    void sumsStopAtTheLargestNumber() {
        var most = new Tokens(Long.MAX_VALUE, 0, 0, 0, Long.MAX_VALUE, 0, 0, 1);

        assertThat(most.total()).isEqualTo(Long.MAX_VALUE);
        assertThat(most.plus(EACH))
                .isEqualTo(new Tokens(Long.MAX_VALUE, 2, 4, 8, Long.MAX_VALUE, 32, 64, 129));
    }
}
