package io.weir.quota.price;

import reactor.core.publisher.Mono;

/// Where the price book is kept.
public interface PriceStore {

    /// The book, or nothing if it still has this revision.
    Mono<PriceBook> otherThan(long revision);
}
