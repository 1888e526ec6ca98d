package io.weir.quota.concurrency;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One pool for each subject and policy, forgotten when nobody holds it.
final class Registry<V> {

    private record Key(Subject subject, PolicyName policy) {}

    private static final class Held<V> extends WeakReference<V> {

        private final Key key;

        Held(Key key, V value, ReferenceQueue<V> cleared) {
            super(value, cleared);
            this.key = key;
        }
    }

    private final Map<Key, Held<V>> held = new ConcurrentHashMap<>();
    private final ReferenceQueue<V> cleared = new ReferenceQueue<>();

    V get(Subject subject, PolicyName policy, Supplier<V> make) {
        forgetCleared();
        var key = new Key(subject, policy);
        while (true) {
            Held<V> there = held.get(key);
            V value = there == null ? null : there.get();
            if (value != null) {
                return value;
            }
            V made = make.get();
            var holder = new Held<V>(key, made, cleared);
            if (put(key, there, holder)) {
                return made;
            }
        }
    }

    private boolean put(Key key, @Nullable Held<V> before, Held<V> after) {
        return before == null
                ? held.putIfAbsent(key, after) == null
                : held.replace(key, before, after);
    }

    Optional<V> find(Subject subject, PolicyName policy) {
        Held<V> there = held.get(new Key(subject, policy));
        return there == null ? Optional.empty() : Optional.ofNullable(there.get());
    }

    @SuppressWarnings("unchecked")
    private void forgetCleared() {
        for (var gone = cleared.poll(); gone != null; gone = cleared.poll()) {
            var holder = (Held<V>) gone;
            held.remove(holder.key, holder);
        }
    }
}
