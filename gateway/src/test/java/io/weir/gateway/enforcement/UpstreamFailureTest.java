package io.weir.gateway.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.weir.gateway.enforcement.Refusal.Kind;
import org.junit.jupiter.api.Test;

class UpstreamFailureTest {

    @Test
    void aConnectionThatCouldNotBeOpenedHereMayBeTriedAgainSoon() {
        var exhausted = new ChannelException("Too many open files");
        Refusal told = UpstreamFailure.told(exhausted, false).orElseThrow();

        assertThat(told.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(told.retryAfter()).isPresent();
        assertThat(UpstreamFailure.told(exhausted, true)).isEmpty();
    }
}
