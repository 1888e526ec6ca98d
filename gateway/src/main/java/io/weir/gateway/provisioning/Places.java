package io.weir.gateway.provisioning;

import io.weir.gateway.metering.RequestBodies;
import io.weir.gateway.metering.RequestBody;
import io.weir.gateway.telemetry.ProvisioningMeters;
import io.weir.gateway.telemetry.ProvisioningMeters.Outcome;
import io.weir.quota.provisioning.Obstacle;
import io.weir.quota.provisioning.PlaceStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes the places of what is about to be created, and knows those of what is about to be deleted.
public final class Places {

    private static final Logger log = LoggerFactory.getLogger(Places.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PlaceStore store;
    private final Endings endings;
    private final RequestBodies bodies;
    private final Duration life;
    private final ProvisioningMeters meters;

    /// @param life of a reservation that nobody ends
    Places(
            PlaceStore store,
            Endings endings,
            RequestBodies bodies,
            Duration life,
            ProvisioningMeters meters) {
        this.store = store;
        this.endings = endings;
        this.bodies = bodies;
        this.life = life;
        this.meters = meters;
    }

    /// How long an upstream's answer may be waited for: the reservation outlives it.
    public Duration patience() {
        return life.dividedBy(2);
    }

    /// @param id of the request, and so of its reservation
    public Mono<Placing> reserve(
            Provision provision, UUID reseller, UUID id, ServerHttpRequest request) {
        return bodies.readDocument(request)
                .flatMap(body -> reserve(provision, reseller, id, body))
                .doOnNext(placing -> meters.count(outcome(placing)));
    }

    /// @param called what the path names; null for nothing
    /// @return nothing if it can't be one that is counted
    public Optional<Change> deletion(Provision provision, UUID reseller, String called) {
        if (!Names.canBe(called)) {
            return Optional.empty();
        }
        return Optional.of(new Deletion(store, endings, reseller, provision.entity(), called));
    }

    /// Whether so much has to be told to a store that does not answer that nothing should be
    /// deleted.
    public boolean areAway() {
        return endings.areTooMany();
    }

    private Mono<Placing> reserve(Provision provision, UUID reseller, UUID id, RequestBody body) {
        return switch (body) {
            case RequestBody.Read(ByteBuffer bytes, _) ->
                    reserve(provision, reseller, id, bytes, tree(bytes));
            case RequestBody.Opaque(ByteBuffer bytes) when provision.takes().isNothing() ->
                    reserve(provision, reseller, id, bytes, JSON.missingNode());
            case RequestBody.Opaque _,
                    RequestBody.Malformed _,
                    RequestBody.TooLarge _,
                    RequestBody.TooSlow _ ->
                    Mono.just(new Placing.Unreadable(body));
        };
    }

    private static JsonNode tree(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return JSON.readTree(copy);
    }

    private Mono<Placing> reserve(
            Provision provision, UUID reseller, UUID id, ByteBuffer bytes, JsonNode document) {
        return switch (BodyReader.read(provision, document)) {
            case BodyReader.Reading.Wrong(List<FieldError> errors) ->
                    Mono.just(new Placing.Invalid(errors));
            case BodyReader.Reading.Read(Asked asked) ->
                    endings.areTooMany()
                            ? Mono.just(new Placing.StoreAway())
                            : reserve(provision, reseller, id, bytes, asked);
        };
    }

    private Mono<Placing> reserve(
            Provision provision, UUID reseller, UUID id, ByteBuffer bytes, Asked asked) {
        return store.reserve(reseller, id, asked.place(), life)
                .timeout(Endings.ANSWER)
                .map(
                        obstacles ->
                                obstacles.isEmpty()
                                        ? new Placing.Reserved(
                                                creation(provision, reseller, id), bytes)
                                        : refused(obstacles, asked))
                .onErrorResume(
                        failure -> {
                            log.debug("No place could be reserved: {}", failure.toString());
                            endings.forget(store.release(reseller, id));
                            return Mono.just(new Placing.StoreAway());
                        });
    }

    private Creation creation(Provision provision, UUID reseller, UUID id) {
        return new Creation(store, endings, reseller, id, provision.entity(), provision.id());
    }

    private static Placing refused(List<Obstacle> obstacles, Asked asked) {
        return new Placing.Refused(
                obstacles.stream().map(asked::error).toList(),
                obstacles.stream()
                        .filter(Obstacle.Exceeded.class::isInstance)
                        .map(Obstacle.Exceeded.class::cast)
                        .toList());
    }

    private static Outcome outcome(Placing placing) {
        return switch (placing) {
            case Placing.Reserved _ -> Outcome.RESERVED;
            case Placing.Refused _ -> Outcome.REFUSED;
            case Placing.Invalid _, Placing.Unreadable _ -> Outcome.INVALID;
            case Placing.StoreAway _ -> Outcome.STORE_AWAY;
        };
    }
}
