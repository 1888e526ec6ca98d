package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestIdTest {

    private static final long NOW = Instant.parse("2026-11-22T05:53:16.727Z").toEpochMilli();

    @Test
    void isAUuidOfVersion7ThatTellsItsMillisecond() {
        UUID id = RequestId.at(NOW);

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW);
    }

    @Test
    void isNeverTheSameTwice() {
        assertThat(Stream.generate(() -> RequestId.at(NOW)).limit(100_000)).doesNotHaveDuplicates();
    }

    @Test
    void comesInTheOrderOfItsTime() {
        assertThat(RequestId.at(NOW).toString()).isLessThan(RequestId.at(NOW + 1).toString());
    }
}
