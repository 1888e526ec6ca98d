package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/// Usage as it changes, for whoever watches.
class ProvisioningStreamTest {

    static final Running running = Running.start();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LISTENERS =
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'weir-admin-api-news'";

    final Tenant tenant = Tenant.of(running);
    final Platform platform = new Platform(new Api(running.api()), tenant.fixture().reseller());

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void whatIsCreatedDeletedAndLimitedIsToldAsItHappens() {
        StepVerifier.create(tenants(events(as(tenant))))
                .expectNext("2 of null")
                .then(platform::tenant)
                .expectNext("3 of null")
                .then(() -> platform.set("quota", "{'max_tenants': 9}"))
                .expectNext("3 of 9")
                .then(() -> platform.delete("tenants/" + newest()).expectStatus().isOk())
                .expectNext("2 of 9")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void nothingIsToldOfOthers() {
        Platform other = Platform.of(platform.api());

        StepVerifier.create(tenants(events(as(tenant))))
                .expectNext("2 of null")
                .then(other::tenant)
                .then(platform::tenant)
                .expectNext("3 of null")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void oneConnectionListensForAllWhoWatchAndNoneWhenTheyAreGone() {
        StepVerifier.create(Flux.merge(tenants(events(as(tenant))), tenants(events(running.api()))))
                .expectNext("2 of null", "2 of null")
                .then(platform::tenant)
                .expectNext("3 of null", "3 of null")
                .then(() -> assertThat(running.rows(LISTENERS)).hasSize(1))
                .thenCancel()
                .verify(PATIENCE);

        Flux.interval(Duration.ofMillis(50))
                .map(_ -> running.rows(LISTENERS).size())
                .filter(open -> open == 0)
                .blockFirst(PATIENCE);
    }

    @Test
    void aWatcherHearsAgainAfterTheListeningConnectionWasLost() {
        StepVerifier.create(tenants(events(as(tenant))))
                .expectNext("2 of null")
                .then(platform::tenant)
                .expectNext("3 of null")
                .then(
                        () ->
                                running.rows(
                                        LISTENERS.replace(
                                                "SELECT pid", "SELECT pg_terminate_backend(pid)")))
                .then(platform::tenant)
                .expectNext("4 of null")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whatIsAnothersIsNotWatched() {
        as(Tenant.of(running))
                .get()
                .uri("/api/v1" + platform.path() + "/usage")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void withoutEventsItIsToldOnce() {
        JsonNode usage = platform.data("usage");

        assertThat(usage.get("quota")).isEqualTo(platform.data("quota"));
        assertThat(usage.get("resource_allocation"))
                .isEqualTo(platform.data("resource-allocation"));
    }

    private String newest() {
        JsonNode items = platform.data("tenants").get("items");
        return items.get(items.size() - 1).get("id").stringValue();
    }

    private static Flux<String> tenants(Flux<JsonNode> events) {
        return events.map(
                event ->
                        "%s of %s"
                                .formatted(
                                        event.at("/quota/tenants/current"),
                                        event.at("/quota/tenants/max")));
    }

    private Flux<JsonNode> events(WebTestClient as) {
        return as.get()
                .uri("/api/v1" + platform.path() + "/usage")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<JsonNode>>() {})
                .getResponseBody()
                .filter(event -> "usage".equals(event.event()))
                .map(event -> Objects.requireNonNull(event.data()));
    }

    private static WebTestClient as(Tenant tenant) {
        var made =
                new Api(running.api())
                        .post("/tokens", Fixture.token(tenant.fixture().reseller(), "*"));
        return running.as(Api.json(made.expectStatus().isCreated()).get("secret").stringValue());
    }
}
