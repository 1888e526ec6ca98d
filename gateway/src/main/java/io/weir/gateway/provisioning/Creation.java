package io.weir.gateway.provisioning;

import io.weir.gateway.telemetry.ProvisioningMeters.Outcome;
import io.weir.quota.provisioning.EntityKind;
import io.weir.quota.provisioning.PlaceStore;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One more entity, whose place is reserved.
final class Creation implements Change {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PlaceStore store;
    private final Endings endings;
    private final UUID reseller;
    private final UUID reservation;
    private final EntityKind kind;
    private final @Nullable JsonPointer id;
    private final AtomicBoolean ended = new AtomicBoolean();

    /// @param id where the upstream's answer tells what it calls it
    Creation(
            PlaceStore store,
            Endings endings,
            UUID reseller,
            UUID reservation,
            EntityKind kind,
            @Nullable JsonPointer id) {
        this.store = store;
        this.endings = endings;
        this.reseller = reseller;
        this.reservation = reservation;
        this.kind = kind;
        this.id = id;
        endings.begun();
    }

    @Override
    public boolean readsAnswer() {
        return id != null;
    }

    @Override
    public Mono<Void> done(byte[] answer) {
        return end() ? endings.tell(settled(called(answer))) : Mono.empty();
    }

    @Override
    public Mono<Void> undone() {
        return end() ? endings.tell(released()) : Mono.empty();
    }

    @Override
    public void unknown() {
        if (end()) {
            endings.unknown();
        }
    }

    private boolean end() {
        return ended.compareAndSet(false, true);
    }

    private Ending settled(@Nullable String called) {
        Outcome made = called == null && id != null ? Outcome.UNNAMED : Outcome.SETTLED;
        return new Ending(
                "%s %s, made by request %s".formatted(kind.word(), called, reservation),
                reseller,
                kind,
                called,
                true,
                () ->
                        store.settle(reseller, reservation, called)
                                .flatMap(
                                        settled ->
                                                switch (settled) {
                                                    case COUNTED -> Mono.just(made);
                                                    case KNOWN_ALREADY ->
                                                            store.release(reseller, reservation)
                                                                    .thenReturn(Outcome.RELEASED);
                                                    case GONE -> Mono.just(Outcome.LOST);
                                                }));
    }

    private Ending released() {
        return new Ending(
                "nothing, for request %s".formatted(reservation),
                reseller,
                kind,
                null,
                false,
                () -> store.release(reseller, reservation).thenReturn(Outcome.RELEASED));
    }

    /// A string or a whole number.
    private @Nullable String called(byte[] answer) {
        if (id == null || answer.length == 0) {
            return null;
        }
        try {
            JsonNode named = JSON.readTree(answer).at(id);
            String text =
                    named.isString()
                            ? named.stringValue()
                            : named.isIntegralNumber() ? named.toString() : "";
            return Names.canBe(text) ? text : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
