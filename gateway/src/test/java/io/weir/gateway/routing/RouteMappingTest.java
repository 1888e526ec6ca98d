package io.weir.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REACTOR_CONTEXT_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.handler.AsyncPredicate;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.handler.predicate.GatewayPredicate;
import org.springframework.cloud.gateway.handler.predicate.MethodRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.http.HttpMethod;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class RouteMappingTest {

    private static final String[] WORDS = {"a", "b", "demo", "v1", ""};

    private final List<Route> routes = new ArrayList<>();

    @Test
    void theFirstRouteWhosePathMatchesIsTaken() {
        add("narrow", path("/demo/narrow/**"));
        add("other", path("/other/**", "/another/**"));
        add("wide", path("/demo/**"));
        add("any", path("/**"));
        add("late", path("/late/**"));

        assertThat(found("/demo/narrow/x")).contains("narrow");
        assertThat(found("/demo/x")).contains("wide");
        assertThat(found("/another/x")).contains("other");
        assertThat(found("/late/x")).contains("any");
    }

    @Test
    void whereNoneMatchesThereIsNone() {
        add("one", path("/one/**"));

        assertThat(found("/two")).isEmpty();
    }

    @Test
    void escapesAreReadAsTheHostReadsThem() {
        add("demo", path("/demo/**"));

        assertThat(found("/de%6do/x")).contains("demo");
    }

    @Test
    void allPredicatesMustHold() {
        add("get", AsyncPredicate.from(paths("/demo/**")).and(method(HttpMethod.POST)));
        add("any", path("/demo/**"));

        assertThat(found("/demo/x")).contains("any");
    }

    @Test
    void aRouteOfOneOfTwoKindsIsFoundByEither() {
        add("either", AsyncPredicate.from(paths("/demo/**")).or(method(HttpMethod.GET)));
        add("not", AsyncPredicate.from(paths("/demo/**").negate()));

        assertThat(found("/elsewhere")).contains("either");
    }

    @Test
    void anAnswerThatTakesTimeIsWaitedFor() {
        routes.add(
                route(
                        "slow",
                        Route.async()
                                .asyncPredicate(
                                        exchange ->
                                                Mono.just(true)
                                                        .delayElement(Duration.ofMillis(1)))));

        assertThat(found("/demo")).contains("slow");
    }

    @Test
    void aPredicateThatFailsDoesNotHold() {
        add(
                "broken",
                AsyncPredicate.from(
                        _ -> {
                            throw new IllegalStateException("a predicate's own mistake");
                        }));
        add("next", path("/demo"));

        assertThat(found("/demo")).contains("next");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theHostFindsTheSame(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            add("route-" + i, predicate(random));
        }
        RoutePredicateHandlerMapping host = host();
        RouteMapping ours = ours();
        for (int i = 0; i < 300; i++) {
            String path = pathOf(random);
            assertThat(found(ours, path))
                    .as("seed %d, %s", seed, path)
                    .isEqualTo(found(host, path));
        }
    }

    @Test
    void amongTenThousandRoutesOnlyThoseThatCanMatchAreAsked() {
        IntStream.range(0, 10_000).forEach(i -> add("route-" + i, path("/api-" + i + "/**")));
        var table = new RouteTable(routes);

        assertThat(table.candidates("/api-9999/x")).hasSize(1);
        assertThat(found("/api-9999/x")).contains("route-9999");
    }

    private static AsyncPredicate<ServerWebExchange> predicate(Random random) {
        AsyncPredicate<ServerWebExchange> predicate =
                AsyncPredicate.from(paths(pattern(random), pattern(random)));
        return switch (random.nextInt(4)) {
            case 0 -> predicate.and(method(HttpMethod.GET));
            case 1 -> predicate.or(AsyncPredicate.from(paths(pattern(random))));
            case 2 -> predicate.and(AsyncPredicate.from(paths(pattern(random)).negate()));
            default -> predicate;
        };
    }

    private static String pattern(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "/{any}/" + word(random);
            case 1 -> "/" + word(random) + "/**";
            case 2 -> "/*/" + word(random) + "/**";
            default -> "/" + word(random) + "/" + word(random);
        };
    }

    private static String pathOf(Random random) {
        String path = "/" + word(random) + "/" + word(random) + "/" + word(random);
        return random.nextInt(5) == 0 ? path.replace("d", "%64") : path;
    }

    private static String word(Random random) {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private static AsyncPredicate<ServerWebExchange> path(String... patterns) {
        return AsyncPredicate.from(paths(patterns));
    }

    private static GatewayPredicate paths(String... patterns) {
        var config = new PathRoutePredicateFactory.Config().setPatterns(List.of(patterns));
        return (GatewayPredicate)
                new PathRoutePredicateFactory(new WebFluxProperties()).apply(config);
    }

    private static AsyncPredicate<ServerWebExchange> method(HttpMethod method) {
        var config = new MethodRoutePredicateFactory.Config();
        config.setMethods(method);
        return AsyncPredicate.from(new MethodRoutePredicateFactory().apply(config));
    }

    private void add(String id, AsyncPredicate<ServerWebExchange> predicate) {
        routes.add(route(id, Route.async().asyncPredicate(predicate)));
    }

    private static Route route(String id, Route.AsyncBuilder builder) {
        return builder.id(id).uri(URI.create("http://127.0.0.1")).build();
    }

    private Optional<String> found(String path) {
        return found(ours(), path);
    }

    private RouteMapping ours() {
        var mapping =
                new RouteMapping(
                        new FilteringWebHandler(List.of(), true),
                        locator(),
                        new GlobalCorsProperties(),
                        new MockEnvironment());
        mapping.onApplicationEvent(new RefreshRoutesResultEvent(this));
        return mapping;
    }

    private RoutePredicateHandlerMapping host() {
        return new RoutePredicateHandlerMapping(
                new FilteringWebHandler(List.of(), true),
                locator(),
                new GlobalCorsProperties(),
                new MockEnvironment());
    }

    private RouteLocator locator() {
        return () -> Flux.fromIterable(routes);
    }

    private static Optional<String> found(RoutePredicateHandlerMapping mapping, String path) {
        // as an URI: a template would escape the escapes
        URI uri = URI.create("http://localhost" + path);
        var exchange =
                MockServerWebExchange.from(MockServerHttpRequest.method(HttpMethod.GET, uri));
        exchange.getAttributes().put(GATEWAY_REACTOR_CONTEXT_ATTR, Context.empty());
        return mapping.getHandler(exchange)
                .map(_ -> exchange.<Route>getRequiredAttribute(GATEWAY_ROUTE_ATTR).getId())
                .blockOptional(Duration.ofSeconds(10));
    }
}
