package io.weir.gateway.metering;

import io.weir.quota.price.PriceBook;
import io.weir.quota.price.PriceStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The prices in force here.
public final class PriceList {

    private static final long NONE = -1;

    private final PriceStore store;
    private volatile @Nullable PriceBook book;

    public PriceList(PriceStore store) {
        this.store = store;
    }

    /// Reads the prices if they are others than those that are known here.
    public Mono<Void> catchUp() {
        return Mono.defer(() -> store.otherThan(book().map(PriceBook::revision).orElse(NONE)))
                .doOnNext(read -> book = read)
                .then();
    }

    /// Nothing before they were read for the first time.
    public Optional<PriceBook> book() {
        return Optional.ofNullable(book);
    }
}
