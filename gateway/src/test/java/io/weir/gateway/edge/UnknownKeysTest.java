package io.weir.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Who looks for keys that nobody holds, at a clock moved by hand.
class UnknownKeysTest {

    static final InetSocketAddress GUESSER = at("192.0.2.1");

    long now;
    final UnknownKeys keys = new UnknownKeys(6, clock());

    @Test
    void soManyInAMinuteAndNoMore() {
        use(6);

        assertThat(keys.delay(GUESSER)).isEqualTo(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        use(1);
        assertThat(keys.delay(GUESSER)).isPositive();
    }

    @Test
    void anotherAddressHasItsOwn() {
        use(6);

        assertThat(keys.delay(at("192.0.2.2"))).isZero();
    }

    @Test
    void allOfAnIpv6NetworkAreOne() {
        for (int i = 0; i < 6; i++) {
            keys.foundNobody(at("2001:db8::" + i));
        }

        assertThat(keys.delay(at("2001:db8::ffff:1"))).isPositive();
        assertThat(keys.delay(at("2001:db8:0:1::1"))).isZero();
    }

    @Test
    void whoHasNoAddressHasNoLimit() {
        for (int i = 0; i < 100; i++) {
            keys.foundNobody(null);
            assertThat(keys.delay(null)).isZero();
        }
    }

    @Test
    void aMinuteLaterNothingIsLeftOfIt() {
        use(6);
        pass(Duration.ofMinutes(1));

        use(6);
        assertThat(keys.delay(GUESSER)).isPositive();
    }

    private void use(int keysOfNobody) {
        for (int i = 0; i < keysOfNobody; i++) {
            assertThat(keys.delay(GUESSER)).isZero();
            keys.foundNobody(GUESSER);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private TimeMeter clock() {
        return new TimeMeter() {

            @Override
            public long currentTimeNanos() {
                return now;
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 0);
    }
}
