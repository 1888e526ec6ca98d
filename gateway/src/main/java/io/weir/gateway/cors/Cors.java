package io.weir.gateway.cors;

import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

/// The wiring of this package, where origins are named.
@Configuration(proxyBeanMethods = false)
@Conditional(Cors.OriginsAreNamed.class)
class Cors {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String FIELDS = "access-control-";

    static final class OriginsAreNamed implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind("weir.cors-origins", Bindable.listOf(String.class))
                    .orElse(List.of())
                    .stream()
                    .anyMatch(origin -> !origin.isBlank());
        }
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter corsFilter(CorsSettings settings) {
        var configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(settings.corsOrigins());
        configuration.setAllowedMethods(METHODS);
        configuration.addAllowedHeader(CorsConfiguration.ALL);
        configuration.addExposedHeader(CorsConfiguration.ALL);
        configuration.setAllowCredentials(false);
        configuration.setMaxAge(settings.corsMaxAge());
        return new CorsWebFilter(_ -> configuration);
    }

    /// What upstreams say of origins would stand beside what the gateway does, and a browser
    /// believes neither then.
    @Bean
    HttpHeadersFilter upstreamCorsFilter() {
        return new HttpHeadersFilter() {

            @Override
            public boolean supports(Type type) {
                return type == Type.RESPONSE;
            }

            @Override
            public HttpHeaders filter(HttpHeaders answer, ServerWebExchange exchange) {
                List<String> fields =
                        answer.headerNames().stream()
                                .filter(
                                        name ->
                                                name.regionMatches(
                                                        true, 0, FIELDS, 0, FIELDS.length()))
                                .toList();
                if (fields.isEmpty()) {
                    return answer;
                }
                var rest = new HttpHeaders(answer);
                fields.forEach(rest::remove);
                return rest;
            }
        };
    }
}
