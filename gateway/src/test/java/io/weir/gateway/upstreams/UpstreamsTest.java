package io.weir.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;

class UpstreamsTest {

    private int looked;

    @Test
    void filtersThatAreNotThereAreLookedForOnce() {
        var answering = new Upstreams().answering(new GatewayProperties(), none());

        assertThat(answering.getHeadersFilters()).isEmpty();
        assertThat(answering.getHeadersFilters()).isEmpty();
        assertThat(looked).isEqualTo(1);
    }

    private ObjectProvider<List<HttpHeadersFilter>> none() {
        return new ObjectProvider<>() {

            @Override
            public @Nullable List<HttpHeadersFilter> getIfAvailable() {
                looked++;
                return null;
            }
        };
    }
}
