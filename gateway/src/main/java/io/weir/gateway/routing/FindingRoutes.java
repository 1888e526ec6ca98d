package io.weir.gateway.routing;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
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

    /// Takes the host's filters away, and puts ours in their place. Those of proxies that are
    /// trusted stay, and then nothing of them is hidden here.
    @Bean
    static BeanDefinitionRegistryPostProcessor passedFields() {
        return registry -> {
            remove(registry, "removeHopByHopHeadersFilter");
            remove(registry, "transferEncodingNormalizationHeadersFilter");
            boolean forwarded = !remove(registry, "removeForwardedHeadersFilter");
            boolean prefix = !remove(registry, "removeXForwardedHeadersFilter");
            add(registry, "passedRequestFields", PassedFields.ofRequests(forwarded, prefix));
            add(registry, "passedAnswerFields", PassedFields.ofAnswers());
        };
    }

    private static boolean remove(BeanDefinitionRegistry registry, String name) {
        boolean there = registry.containsBeanDefinition(name);
        if (there) {
            registry.removeBeanDefinition(name);
        }
        return there;
    }

    private static void add(BeanDefinitionRegistry registry, String name, PassedFields fields) {
        registry.registerBeanDefinition(
                name,
                BeanDefinitionBuilder.genericBeanDefinition(PassedFields.class, () -> fields)
                        .getBeanDefinition());
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
