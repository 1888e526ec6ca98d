package io.weir.admin.principal;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Whose rows the work of a chain may touch, as the database is told with each connection: a
/// reseller's own, or all.
///
/// @param reseller null for all
public record Reach(@Nullable UUID reseller) {

    private static final Reach ALL = new Reach(null);

    /// That of work of our own, which nobody asked for: it has to say so.
    public static Context ours(Context context) {
        return context.put(Reach.class, ALL);
    }

    /// Work that has neither anybody who asks nor said that it is our own reaches nothing: it
    /// fails.
    public static Mono<Reach> current() {
        return Mono.deferContextual(context -> Mono.just(of(context)));
    }

    private static Reach of(ContextView context) {
        return context.<Reach>getOrEmpty(Reach.class)
                .orElseGet(() -> new Reach(context.get(Principal.class).reseller()));
    }

    /// The setting that the policies of the tables read.
    public String setting() {
        return reseller == null ? "*" : reseller.toString();
    }
}
