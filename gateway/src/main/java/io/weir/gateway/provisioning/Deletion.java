package io.weir.gateway.provisioning;

import io.weir.gateway.telemetry.ProvisioningMeters.Outcome;
import io.weir.quota.provisioning.EntityKind;
import io.weir.quota.provisioning.PlaceStore;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/// One entity less, if the upstream deletes it.
final class Deletion implements Change {

    private final PlaceStore store;
    private final Endings endings;
    private final UUID reseller;
    private final EntityKind kind;
    private final String called;
    private final AtomicBoolean ended = new AtomicBoolean();

    Deletion(PlaceStore store, Endings endings, UUID reseller, EntityKind kind, String called) {
        this.store = store;
        this.endings = endings;
        this.reseller = reseller;
        this.kind = kind;
        this.called = called;
        endings.begun();
    }

    @Override
    public boolean readsAnswer() {
        return false;
    }

    @Override
    public Mono<Void> done(byte[] answer) {
        return end() ? endings.tell(removed()) : Mono.empty();
    }

    @Override
    public Mono<Void> undone() {
        if (end()) {
            endings.kept();
        }
        return Mono.empty();
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

    private Ending removed() {
        return new Ending(
                "no %s %s any more".formatted(kind.word(), called),
                reseller,
                kind,
                called,
                false,
                () ->
                        store.remove(reseller, kind, called)
                                .map(gone -> gone ? Outcome.REMOVED : Outcome.IN_USE));
    }
}
