package io.weir.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveForwardedHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveXForwardedHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TransferEncodingNormalizationHeadersFilter;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

class PassedFieldsTest {

    private static final String[][] FIELDS = {
        {"Connection", "keep-alive, X-Mine"},
        {"connection", "close"},
        {"X-Mine", "1"},
        {"Keep-Alive", "timeout=5"},
        {"TE", "trailers"},
        {"Transfer-Encoding", "chunked"},
        {"transfer-encoding", " Chunked "},
        {"Content-Length", "12"},
        {"Upgrade", "h2c"},
        {"X-Forwarded-For", "10.0.0.1"},
        {"x-forwarded-Proto", "https"},
        {"Forwarded", "for=10.0.0.1"},
        {"Accept", "application/json"},
        {"Accept", "text/plain"},
        {"X-Application-Context", "other"},
        {"Proxy-Authorization", "Basic eA=="}
    };

    private static final ServerWebExchange EXCHANGE =
            MockServerWebExchange.from(MockServerHttpRequest.get("/"));

    @Test
    void whatIsOfTheConnectionStaysThere() {
        var fields = new HttpHeaders();
        fields.add("Connection", "X-Mine");
        fields.add("X-Mine", "1");
        fields.add("X-Forwarded-For", "10.0.0.1");
        fields.add("Accept", "text/plain");

        assertThat(shown(HttpHeadersFilter.Type.REQUEST, fields)).isEqualTo("[Accept: text/plain]");
        assertThat(shown(HttpHeadersFilter.Type.RESPONSE, fields))
                .isEqualTo("[Accept: text/plain, X-Forwarded-For: 10.0.0.1]");
    }

    @Test
    void whatATrustedProxySaysIsPassedOn() {
        var fields = new HttpHeaders();
        fields.add("Forwarded", "for=10.0.0.1");
        fields.add("X-Forwarded-For", "10.0.0.1");

        var passed = new HttpHeaders();
        new PassedFields(false, true).ofRequest(fields, passed::addAll);

        assertThat(told(passed)).isEqualTo("[X-Forwarded-For: 10.0.0.1]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theHostsFiltersPassTheSame(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            HttpHeaders fields = fields(random);
            for (HttpHeadersFilter.Type type : HttpHeadersFilter.Type.values()) {
                assertThat(shown(type, fields))
                        .as("seed %d, %s of %s", seed, type, fields)
                        .isEqualTo(told(HttpHeadersFilter.filter(hosts(), fields, EXCHANGE, type)));
            }
        }
    }

    private static HttpHeaders fields(Random random) {
        var fields = new HttpHeaders();
        for (String[] field : FIELDS) {
            if (random.nextInt(3) == 0) {
                fields.add(field[0], field[1]);
            }
        }
        return fields;
    }

    private static String shown(HttpHeadersFilter.Type type, HttpHeaders fields) {
        var passed = new HttpHeaders();
        if (type == HttpHeadersFilter.Type.REQUEST) {
            new PassedFields(false, false).ofRequest(fields, passed::addAll);
        } else {
            PassedFields.ofAnswer(fields, passed::addAll);
        }
        return told(passed);
    }

    private static List<HttpHeadersFilter> hosts() {
        List<HttpHeadersFilter> filters =
                new ArrayList<>(
                        List.of(
                                new RemoveForwardedHeadersFilter(),
                                new RemoveXForwardedHeadersFilter(),
                                new RemoveHopByHopHeadersFilter(),
                                new TransferEncodingNormalizationHeadersFilter()));
        AnnotationAwareOrderComparator.sort(filters);
        return filters;
    }

    private static String told(HttpHeaders fields) {
        return fields.headerSet().stream()
                .flatMap(
                        field -> field.getValue().stream().map(field.getKey().concat(": ")::concat))
                .sorted()
                .toList()
                .toString();
    }
}
