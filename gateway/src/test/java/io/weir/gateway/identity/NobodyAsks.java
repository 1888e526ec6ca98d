package io.weir.gateway.identity;

import io.weir.quota.lease.LeaseStore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Where there is no quota, there is nothing to ask for.
final class NobodyAsks implements LeaseStore {

    @Override
    public Mono<Reply> exchange(Report report) {
        return Mono.never();
    }

    @Override
    public Mono<Resumed> resume(UUID node, String name, @Nullable UUID replaces, long number) {
        return Mono.never();
    }
}
