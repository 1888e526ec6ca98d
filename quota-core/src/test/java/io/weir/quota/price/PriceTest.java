package io.weir.quota.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.quota.price.Price.PerMillion;
import io.weir.quota.price.PriceBook.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTest {

    private static final long DOLLAR = 1_000_000_000;

    @ParameterizedTest
    @CsvSource({
        "3, 12304, 550, 3, 3.75, 15, 54399000",
        "6, 159217, 2745, 5, 6.25, 25, 1063761250",
        "0, 0, 0, 3, 3.75, 15, 0"
    })
    void eachTokenIsPricedOnce(
            long input,
            long written,
            long output,
            double perInput,
            double perWrite,
            double perOutput,
            long nanos) {
        var price =
                new Price(
                        0,
                        PerMillion.of(
                                nanos(perInput), null, nanos(perWrite), null, nanos(perOutput)));

        assertThat(price.of(new Tokens(input, 0, written, 0, output, 0, 0, 0))).isEqualTo(nanos);
    }

    @Test
    void aClassWithoutAPriceTakesThatOfInputOrOutput() {
        var price = new Price(7, PerMillion.of(2_000_000L, null, null, null, 5_000_000L));

        assertThat(price.of(new Tokens(1, 1, 1, 1, 0, 0, 1, 0))).isEqualTo(7 + 5 * 2);
        assertThat(price.of(new Tokens(0, 0, 0, 0, 1, 1, 0, 1))).isEqualTo(7 + 3 * 5);
    }

    @Test
    void aPartOfANanoUnitIsChargedAsOne() {
        var price = new Price(0, PerMillion.of(1L, null, null, null, null));

        assertThat(price.of(new Tokens(1, 0, 0, 0, 9, 0, 0, 0))).isEqualTo(1);
        assertThat(price.of(new Tokens(1_000_001, 0, 0, 0, 0, 0, 0, 0))).isEqualTo(2);
        assertThat(price.of(Tokens.NONE)).isZero();
    }

    @Test
    void whatDoesNotFitIsNeverWrapped() {
        var price = new Price(Long.MAX_VALUE, PerMillion.of(Long.MAX_VALUE, null, null, null, 1L));

        assertThat(price.of(new Tokens(Long.MAX_VALUE, 0, 0, 0, 1, 0, 0, 0)))
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> new Tokens(0, 0, 0, 0, 0, 0, 0, -1))
                .hasMessageContaining("negative");
    }

    @Test
    void aModelWithoutAPriceTakesThatOfItsRoute() {
        var one = new Price(1, null);
        var other = new Price(2, null);
        var book =
                new PriceBook(
                        3,
                        List.of(
                                new Entry("chat", "small", one),
                                new Entry("chat", PriceBook.ANY_MODEL, other),
                                new Entry("images", "big", one),
                                new Entry("search", PriceBook.ANY_MODEL, other)));

        assertThat(book.find("chat", "small")).contains(one);
        assertThat(book.find("chat", "unheard of")).contains(other);
        assertThat(book.find("images", "small")).isEmpty();
        assertThat(book.find("elsewhere", "")).isEmpty();
        assertThat(List.of("chat", "images", "search", "elsewhere"))
                .extracting(book::asksForModel)
                .containsExactly(true, true, false, false);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 500000000", "12, 12000000000", "999999999.999999999, 999999999999999999"})
    void creditsAreWrittenInDecimal(String text, long nanos) {
        assertThat(Credits.parse(text)).hasValue(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "+1", "1e3", "NaN", "0.0000000001", "1,5", " 1", "1000000000"})
    void nothingElseIs(String text) {
        assertThat(Credits.parse(text)).isEmpty();
    }

    private static long nanos(double dollars) {
        return Math.round(dollars * DOLLAR);
    }
}
