package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

    final Map<String, String> variables =
            new HashMap<>(
                    Map.of(
                            "WEIR_DATABASE_URL", "postgresql://owner:pw@127.0.0.1:5432/postgres",
                            "WEIR_ADMIN_DATABASE_PASSWORD", "a",
                            "WEIR_GATEWAY_DATABASE_PASSWORD", "b",
                            "WEIR_PEPPER", Running.PEPPER));

    @Test
    void whatIsNeededIsEnough() {
        assertThat(Environment.wrong(variables)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "WEIR_DATABASE_URL;''",
                "WEIR_DATABASE_URL;mysql://localhost/secret",
                "WEIR_DATABASE_URL;postgresql://owner:se cret@localhost/x",
                "WEIR_ADMIN_DATABASE_PASSWORD;''",
                "WEIR_GATEWAY_DATABASE_PASSWORD;''",
                "WEIR_PEPPER;''",
                "WEIR_PEPPER;c2VjcmV0",
                "WEIR_PEPPER;secret???",
                "WEIR_ADMIN_TOKEN;secret",
                "WEIR_DEMO_KEY;secret"
            })
    void whatIsMissingOrWrongIsNamedInOneLine(String name, String value) {
        variables.put(name, value);

        List<String> lines = Environment.wrong(variables);

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst()).startsWith(name + " ").doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"WEIR_STRIPE_SECRET_KEY", "WEIR_STRIPE_WEBHOOK_SECRET", "WEIR_STRIPE_SUCCESS_URL"})
    void paymentsAreSetUpWhollyOrNotAtAll(String missing) {
        variables.put("WEIR_STRIPE_SECRET_KEY", "sk_test_x");
        variables.put("WEIR_STRIPE_WEBHOOK_SECRET", "whsec_x");
        variables.put("WEIR_STRIPE_SUCCESS_URL", "https://shop.example/paid");
        assertThat(Environment.wrong(variables)).isEmpty();

        variables.put(missing, "");

        assertThat(Environment.wrong(variables))
                .singleElement()
                .asString()
                .startsWith(missing + " ")
                .doesNotContain("sk_test_x", "whsec_x");
    }
}
