package io.weir.gateway.upstreams;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.client.HttpClient;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class Upstreams {

    @Bean
    RouteClients routeClients(
            GatewayProperties configured,
            HttpClientProperties host,
            ServerProperties server,
            HttpClientSslConfigurer ssl,
            List<HttpClientCustomizer> customizers,
            UpstreamSettings usual) {
        return new RouteClients(configured, host, server, ssl, customizers, usual);
    }

    /// In the place of the host's filters for fields. Those of proxies that are trusted stay, and
    /// then nothing of them is hidden here.
    @Bean
    static BeanDefinitionRegistryPostProcessor passingFields() {
        return registry -> {
            remove(registry, "removeHopByHopHeadersFilter");
            remove(registry, "transferEncodingNormalizationHeadersFilter");
            boolean forwarded = !remove(registry, "removeForwardedHeadersFilter");
            boolean prefix = !remove(registry, "removeXForwardedHeadersFilter");
            registry.registerBeanDefinition(
                    "passedFields",
                    BeanDefinitionBuilder.genericBeanDefinition(
                                    PassedFields.class, () -> new PassedFields(forwarded, prefix))
                            .getBeanDefinition());
        };
    }

    private static boolean remove(BeanDefinitionRegistry registry, String name) {
        boolean there = registry.containsBeanDefinition(name);
        if (there) {
            registry.removeBeanDefinition(name);
        }
        return there;
    }

    /// In the place of the host's, which is switched off in the settings.
    @Bean
    RoutingFilter routing(
            ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            PassedFields passed,
            RouteClients clients) {
        return new RoutingFilter(headersFilters, passed, clients);
    }

    /// The host's own, which goes with its filter that forwards requests, and off with it.
    @Bean
    NettyWriteResponseFilter answering(
            GatewayProperties configured, ObjectProvider<List<HttpHeadersFilter>> headersFilters) {
        return new NettyWriteResponseFilter(
                configured.getStreamingMediaTypes(), orNone(headersFilters));
    }

    /// Where it is told of none, it looks for them again with each request, which takes longer than
    /// all else it does.
    private static ObjectProvider<List<HttpHeadersFilter>> orNone(
            ObjectProvider<List<HttpHeadersFilter>> headersFilters) {
        return new ObjectProvider<>() {

            @Override
            public List<HttpHeadersFilter> getIfAvailable() {
                return headersFilters.getIfAvailable(List::of);
            }
        };
    }

    @Bean
    HealthChecks healthChecks(HttpClient client) {
        return new HealthChecks(client);
    }

    @Bean
    UpstreamGatewayFilterFactory upstream(HealthChecks checks, MeterRegistry registry) {
        return new UpstreamGatewayFilterFactory(
                checks, new UpstreamMeters(registry), System::nanoTime);
    }
}
