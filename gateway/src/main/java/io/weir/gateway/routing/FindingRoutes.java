package io.weir.gateway.routing;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.accept.ApiVersionStrategy;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class FindingRoutes {

    private static final String STRIP_PREFIX = "stripPrefixGatewayFilterFactory";

    /// In the place of the host's, unless that is switched off.
    @Bean
    static BeanDefinitionRegistryPostProcessor strippingPrefixes() {
        return registry -> {
            if (registry.containsBeanDefinition(STRIP_PREFIX)) {
                registry.removeBeanDefinition(STRIP_PREFIX);
                registry.registerBeanDefinition(
                        STRIP_PREFIX,
                        BeanDefinitionBuilder.genericBeanDefinition(
                                        StrippedPrefix.class, StrippedPrefix::new)
                                .getBeanDefinition());
            }
        };
    }

    @Bean
    RoutePredicateHandlerMapping routePredicateHandlerMapping(
            FilteringWebHandler handler,
            RouteLocator routes,
            GlobalCorsProperties cors,
            Environment environment,
            ObjectProvider<ApiVersionStrategy> versions) {
        // with a base path, what a predicate says of itself is not all of the path
        var mapping =
                environment.getProperty("spring.webflux.base-path", "").isBlank()
                        ? new RouteMapping(handler, routes, cors, environment)
                        : new RoutePredicateHandlerMapping(handler, routes, cors, environment);
        versions.ifAvailable(mapping::setApiVersionStrategy);
        return mapping;
    }
}
