package io.weir.gateway.provisioning;

import reactor.core.publisher.Mono;

/// A request that creates or deletes an entity at an upstream, until it is known how it ended. Only
/// the first end that it is told counts. Each completes once the store knows, or once it is clear
/// that the store has to be told again later; nobody has to wait for it.
public interface Change {

    /// Whether the upstream's answer has to be read to its end.
    boolean readsAnswer();

    /// The upstream did it, and said so.
    ///
    /// @param answer its body; empty if it is not known
    Mono<Void> done(byte[] answer);

    /// The upstream did not do it, or was not asked.
    Mono<Void> undone();

    /// It was asked, and nobody knows.
    void unknown();
}
