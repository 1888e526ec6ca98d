package io.weir.admin.provisioning;

import io.weir.admin.database.Notifications;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Usage now, and to those who ask for events, whenever it changes.
@RestController
@RequestMapping("/api/v1/reseller/{id}/usage")
class ProvisioningUsageEndpoint {

    private static final String CHANNEL = "weir_provisioning";

    /// A connection on which nothing is sent is not known to be gone.
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /// Then the caller asks again, and is asked again who it is.
    private static final Duration LIFE = Duration.ofMinutes(5);

    /// At once, of all that ask one process.
    private static final int MOST_STREAMS = 500;

    private final Semaphore streams = new Semaphore(MOST_STREAMS);
    private final Provisioning provisioning;
    private final Notifications notifications;

    ProvisioningUsageEndpoint(Provisioning provisioning, Notifications notifications) {
        this.provisioning = provisioning;
        this.notifications = notifications;
    }

    @GetMapping
    Mono<Success<ProvisioningUsage>> now(ServerHttpRequest request, @PathVariable String id) {
        return usage(reseller(request, id))
                .map(found -> Success.of("Usage retrieved successfully", found));
    }

    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Mono<ResponseEntity<Flux<ServerSentEvent<ProvisioningUsage>>>> changes(
            ServerWebExchange exchange, @PathVariable String id) {
        UUID reseller = reseller(exchange.getRequest(), id);
        Patience.ask(exchange);
        return usage(reseller).map(_ -> ResponseEntity.ok(bounded(events(reseller))));
    }

    private <T> Flux<T> bounded(Flux<T> stream) {
        return Flux.using(
                () -> {
                    if (!streams.tryAcquire()) {
                        throw Problem.unavailable("Another stream of usage");
                    }
                    return streams;
                },
                _ -> stream,
                Semaphore::release);
    }

    /// News come before the first look, so that nothing is missed between the two.
    private Flux<ServerSentEvent<ProvisioningUsage>> events(UUID reseller) {
        Flux<ServerSentEvent<ProvisioningUsage>> usage =
                notifications
                        .on(CHANNEL)
                        .filter(about -> about.isEmpty() || about.equals(reseller.toString()))
                        .mergeWith(Mono.just(""))
                        .onBackpressureLatest()
                        .concatMap(_ -> usage(reseller), 1)
                        .distinctUntilChanged()
                        .map(now -> ServerSentEvent.builder(now).event("usage").build());
        Flux<ServerSentEvent<ProvisioningUsage>> heartbeats =
                Flux.interval(HEARTBEAT)
                        .onBackpressureDrop()
                        .map(
                                _ ->
                                        ServerSentEvent.<ProvisioningUsage>builder()
                                                .comment("still here")
                                                .build());
        return Flux.merge(usage, heartbeats).take(LIFE);
    }

    private Mono<ProvisioningUsage> usage(UUID reseller) {
        return provisioning.standing(reseller).map(ProvisioningUsage::of);
    }

    private static UUID reseller(ServerHttpRequest request, String id) {
        new Query(request).nothingElse();
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
