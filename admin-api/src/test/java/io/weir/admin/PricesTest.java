package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class PricesTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());

    @ParameterizedTest
    @CsvSource({
        "0.000000001, 0.000000001, 1",
        "999999999.999999999, 999999999.999999999, 999999999999999999",
        "0.1, 0.10, 100000000",
        "3, 3.00, 3000000000",
        "000, 0.00, 0",
        "34.200, 34.20, 34200000000"
    })
    void moneyIsExactToTheNinthPlaceAndTextOnTheWire(String given, String told, String nanos) {
        put("[{\"route\":\"r\",\"model\":\"m\",\"per_request\":\"%s\"}]".formatted(given))
                .expectStatus()
                .isOk();

        var price = Api.json(api.get("/prices")).get(0);
        assertThat(price.get("per_request").isString()).isTrue();
        assertThat(price.get("per_request").stringValue()).isEqualTo(told);
        assertThat(running.rows("SELECT per_request FROM weir.price")).containsExactly(nanos);
    }

    @ParameterizedTest
    @CsvSource({
        "0.15",
        "1",
        "'\"1e3\"'",
        "'\"-1\"'",
        "'\".5\"'",
        "'\"1.\"'",
        "'\"1,5\"'",
        "'\"0.0000000001\"'",
        "'\"1000000000\"'",
        "'\"NaN\"'",
        "'\" 1\"'"
    })
    void anythingElseIsNoMoney(String value) {
        put("[{\"route\":\"r\",\"model\":\"m\",\"per_million\":{\"output\":%s}}]".formatted(value))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/0/per_million/output");
    }

    @Test
    void aBookIsReplacedAsAWholeAndOrdered() {
        put("""
            [{"route":"b","model":"m","per_million":{"input":"0.15","cache_write_5m":"3.75","output":null}},
             {"route":"a","model":"*","per_request":"0.02"}]
            """)
                .expectBody()
                .jsonPath("$[0].route")
                .isEqualTo("a")
                .jsonPath("$[0].per_request")
                .isEqualTo("0.02")
                .jsonPath("$[1].per_million.input")
                .isEqualTo("0.15")
                .jsonPath("$[1].per_million.cache_write_5m")
                .isEqualTo("3.75")
                .jsonPath("$[1].per_million.output")
                .isEmpty()
                .jsonPath("$[1].per_million.cache_write_1h")
                .isEmpty();

        put("[]").expectStatus().isOk().expectBody().json("[]");
        assertThat(running.rows("SELECT route FROM weir.price")).isEmpty();
    }

    @Test
    void whoWasFasterWins() {
        String tag = tag(api.get("/prices"));
        String body = "[{\"route\":\"first\",\"model\":\"m\"}]";

        String next = tag(api.send(HttpMethod.PUT, "/prices", body, tag).expectStatus().isOk());
        assertThat(next).isNotEqualTo(tag);
        api.send(HttpMethod.PUT, "/prices", "[]", tag)
                .expectStatus()
                .isEqualTo(412)
                .expectHeader()
                .valueEquals("ETag", next);
        api.send(HttpMethod.PUT, "/prices", "[]", null).expectStatus().isEqualTo(428);
        assertThat(running.rows("SELECT route FROM weir.price")).containsExactly("first");
    }

    private ResponseSpec put(String body) {
        return api.send(HttpMethod.PUT, "/prices", body, "*");
    }

    private static String tag(ResponseSpec answer) {
        return String.valueOf(
                answer.returnResult(Void.class).getResponseHeaders().getFirst("ETag"));
    }
}
