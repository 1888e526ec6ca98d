package io.weir.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,            10.255.255.255,        11.0.0.0",
        "10.1.2.3/8,            10.0.0.0,              9.255.255.255",
        "192.168.1.7,           192.168.1.7,           192.168.1.6",
        "192.168.1.128/25,      192.168.1.128,         192.168.1.127",
        "192.168.1.0/31,        192.168.1.1,           192.168.1.2",
        "0.0.0.0/0,             255.255.255.255,       ::1",
        "::/0,                  2001:db8::1,           10.0.0.1",
        "2001:db8::/32,         2001:db8:ffff::1,      2001:db9::",
        "2001:db8::/33,         2001:db8:7fff::1,      2001:db8:8000::",
        "::1,                   ::1,                   ::2",
        "fe80::/10,             febf::1,               fec0::1",
        "10.0.0.0/8,            ::ffff:10.1.1.1,       ::ffff:11.1.1.1",
        "::ffff:10.0.0.0/104,   10.1.1.1,              11.1.1.1",
        "::ffff:10.0.0.1,       10.0.0.1,              10.0.0.2",
        "::ffff:0:0/96,         1.2.3.4,               ::1"
    })
    void aRangeHoldsWhatBeginsAsItDoes(String range, String inside, String outside) {
        assertThat(range(range).holds(InetAddress.ofLiteral(inside))).isTrue();
        assertThat(range(range).holds(InetAddress.ofLiteral(outside))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/",
                "/8",
                "localhost",
                "example.com/8",
                "10",
                "10.0",
                "10.0.0",
                "010.0.0.1",
                "10.0.0.1/",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/+8",
                "10.0.0.1/08",
                "10.0.0.1/8/8",
                "10.0.0.256",
                "10.0.0.1 ",
                " 10.0.0.1",
                "0x0a000001",
                "167772161",
                "1.2.3.4.5",
                ":",
                ":::",
                "1::2::3",
                "::1/129",
                "fe80::1%eth0",
                "[::1]",
                "::ffff:10.0.0.0/64",
                "12345::",
                "*",
                "١.١.١.١",
                "10.0.0.1/999999999999"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    @Test
    void aRangeHoldsExactlyThoseThatShareItsBits() throws UnknownHostException {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            var one = new byte[i % 2 == 0 ? 4 : 16];
            random.nextBytes(one);
            byte[] other = one.clone();
            int flipped = random.nextInt(one.length * Byte.SIZE);
            other[flipped / Byte.SIZE] ^= (byte) (0x80 >> flipped % Byte.SIZE);
            int bits = random.nextInt(one.length * Byte.SIZE + 1);
            String text = InetAddress.getByAddress(one).getHostAddress() + "/" + bits;

            assertThat(range(text).holds(InetAddress.getByAddress(other)))
                    .as(text)
                    .isEqualTo(flipped >= bits);
        }
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow(() -> new AssertionError(text));
    }
}
