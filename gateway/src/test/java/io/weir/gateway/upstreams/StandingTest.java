package io.weir.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /// The clock may begin anywhere, and passes its own end.
    private static final long START = Long.MAX_VALUE - 5 * SECOND;

    private final Standing.Terms terms =
            new Standing.Terms(3, Duration.ofSeconds(1), Duration.ofSeconds(5));

    @Test
    void fewFailuresChangeNothing() {
        Standing standing = Standing.GOOD.failed(START, terms).failed(START, terms);

        assertThat(standing.mayBeAsked(START)).isTrue();
        assertThat(standing.backOffs()).isZero();
    }

    @Test
    void afterMoreItIsLeftAloneForAWhile() {
        Standing standing = leftAlone();

        assertThat(standing.mayBeAsked(START)).isFalse();
        assertThat(standing.mayBeAsked(START + SECOND - 1)).isFalse();
        assertThat(standing.mayBeAsked(START + SECOND)).isTrue();
    }

    @Test
    void whileItIsTriedNobodyElseAsks() {
        Standing tried = leftAlone().tried(START + SECOND, terms);

        assertThat(tried.mayBeAsked(START + SECOND)).isFalse();
        assertThat(tried.mayBeAsked(START + 2 * SECOND)).as("nothing was heard").isTrue();
    }

    @Test
    void eachTimeItFailsAgainItIsLeftAloneTwiceAsLongUpToTheMost() {
        Standing standing = leftAlone();
        long now = START;
        for (int seconds : new int[] {1, 2, 4, 5, 5}) {
            assertThat(standing.until() - now).isEqualTo(seconds * SECOND);
            now = standing.until();
            standing = standing.tried(now, terms).failed(now, terms);
        }
    }

    @Test
    void whatWasUnderWayWhenItWasLeftAloneSaysNothingNew() {
        Standing standing = leftAlone();

        assertThat(standing.failed(START + 1, terms)).isEqualTo(standing);
    }

    private Standing leftAlone() {
        return Standing.GOOD.failed(START, terms).failed(START, terms).failed(START, terms);
    }
}
