package io.weir.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {

    private final TrustedProxies proxies =
            new TrustedProxies(List.of(AddressRange.parse("10.0.0.0/8").orElseThrow()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3.4                    | 1.2.3.4",
                "9.9.9.9, 1.2.3.4           | 1.2.3.4",
                "9.9.9.9, 1.2.3.4, 10.0.0.7 | 1.2.3.4",
                "9.9.9.9; 1.2.3.4           | 1.2.3.4",
                "1.2.3.4:5678               | 1.2.3.4",
                "[2001:db8::1]:443          | 2001:db8:0:0:0:0:0:1",
                "2001:db8::1                | 2001:db8:0:0:0:0:0:1",
                "10.0.0.8, 10.0.0.7         | 10.0.0.8",
                "9.9.9.9, unknown           | 10.0.0.1",
                "9.9.9.9, example.com       | 10.0.0.1",
                "9.9.9.9, x, 10.0.0.7       | 10.0.0.7",
                "''                         | 10.0.0.1"
            })
    void theCallerIsWhoTheLastTrustedOneNames(String forwardedFor, String caller) {
        var peer = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 1);

        assertThat(
                        proxies.caller(peer, Arrays.asList(forwardedFor.split("; ")))
                                .getAddress()
                                .getHostAddress())
                .isEqualTo(caller);
    }
}
