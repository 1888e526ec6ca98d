package io.weir.quota.lease;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/// How many nodes are alive, and which of them this is, as the store last said.
final class Membership {

    private record Place(int nodes, int rank) {}

    private final List<BiConsumer<Integer, Integer>> listeners = new CopyOnWriteArrayList<>();
    private volatile Place place = new Place(1, 0);

    void told(int nodes, int rank) {
        var told = new Place(nodes, rank);
        if (!told.equals(place)) {
            place = told;
            listeners.forEach(listener -> listener.accept(nodes, rank));
        }
    }

    int nodes() {
        return place.nodes();
    }

    int rank() {
        return place.rank();
    }

    void listen(BiConsumer<Integer, Integer> listener) {
        listeners.add(listener);
    }
}
