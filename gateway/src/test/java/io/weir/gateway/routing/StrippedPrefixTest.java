package io.weir.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory.Config;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

class StrippedPrefixTest {

    private static final String[] PIECES = {"/", "/", "//", "a", "bc", "%2F", "%20", ";v=1", "."};

    @ParameterizedTest
    @CsvSource({
        "/demo/a/b,  1, /a/b",
        "/demo/a/b/, 1, /a/b/",
        "/demo//a,   1, /a",
        "/demo,      1, /",
        "/demo/,     1, /",
        "/a/b/c,     2, /c",
        "/a/b%2Fc/d, 1, /b%2Fc/d"
    })
    void theFirstSegmentsAreLeftOut(String path, int parts, String left) {
        assertThat(StrippedPrefix.stripped(path, parts)).isEqualTo(left);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theHostsFilterForwardsTheSame(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            var config = new Config();
            config.setParts(random.nextInt(4));
            URI asked = URI.create("http://a.example:8080" + target(random));

            assertThat(told(new StrippedPrefix(), config, asked))
                    .as("seed %d, %d parts of %s", seed, config.getParts(), asked)
                    .isEqualTo(told(new StripPrefixGatewayFilterFactory(), config, asked));
        }
    }

    @Test
    void itIsNamedAsTheHostsIs() {
        assertThat(new StrippedPrefix().name())
                .isEqualTo(new StripPrefixGatewayFilterFactory().name());
    }

    private static String target(Random random) {
        var target = new StringBuilder("/");
        for (int i = random.nextInt(8); i > 0; i--) {
            target.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return target + (random.nextBoolean() ? "?q=%20a/b" : "");
    }

    /// What the filters behind it see.
    private static String told(StripPrefixGatewayFilterFactory factory, Config config, URI asked) {
        var exchange =
                MockServerWebExchange.from(
                        MockServerHttpRequest.method(HttpMethod.GET, asked)
                                .header("Accept", "*/*"));
        var told = new StringBuilder();
        factory.apply(config)
                .filter(
                        exchange,
                        passed -> {
                            told.append(seen(passed));
                            return Mono.empty();
                        })
                .block();
        return told.toString();
    }

    private static String seen(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        return "%s %s %s %s %s %s"
                .formatted(
                        request.getMethod(),
                        request.getURI(),
                        request.getPath(),
                        request.getQueryParams(),
                        request.getHeaders(),
                        exchange.getAttributes().get(GATEWAY_REQUEST_URL_ATTR));
    }
}
