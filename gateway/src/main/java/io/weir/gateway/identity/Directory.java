package io.weir.gateway.identity;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.gateway.identity.Nodes.Entry;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.admission.Subjects.Changes;
import io.weir.quota.admission.Subjects.Owner;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// From a secret to its caller: in memory once a key is known, from the database before.
public final class Directory {

    private static final Logger log = LoggerFactory.getLogger(Directory.class);
    private static final long MOST_KEYS = 1_500_000;
    private static final long MOST_UNKNOWN = 100_000;
    private static final Duration KEPT = Duration.ofMinutes(30);
    private static final int HASH_BYTES = 32;
    private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(10);

    /// A key that was found. It refers to the entries of its subjects, which lets them live.
    private record Found(Caller caller, Owner owner, Entry key, List<Entry> path) {

        /// It belongs to somebody else than when it was found, or is opened by other secrets.
        boolean isChanged() {
            return !key.identity().equals(owner.identity());
        }

        /// Whose secret it is at this time: one that has expired is nobody's, also while the
        /// database is away.
        Identified at(long epochMillis) {
            return isExpired(epochMillis) ? new Identified.Unknown() : new Identified.Known(caller);
        }

        boolean isExpired(long epochMillis) {
            return owner.expires().map(at -> epochMillis >= at.toEpochMilli()).orElse(false);
        }
    }

    private final Subjects subjects;
    private final List<Pepper> peppers;
    private final Duration storeBudget;
    private final Nodes nodes;
    private final Rules rules;
    private final AsyncCache<Hash, Optional<Found>> found =
            Caffeine.newBuilder().maximumSize(MOST_KEYS).expireAfterAccess(KEPT).buildAsync();
    private final Cache<Hash, Boolean> unknown =
            Caffeine.newBuilder().maximumSize(MOST_UNKNOWN).expireAfterWrite(UNKNOWN_KEPT).build();
    private volatile long version;
    private volatile Instant readAt = Instant.EPOCH;

    /// @param peppers the one in use first
    public Directory(
            Subjects subjects, Admission admission, List<Pepper> peppers, Duration storeBudget) {
        this.subjects = subjects;
        this.peppers = List.copyOf(peppers);
        this.storeBudget = storeBudget;
        this.nodes = new Nodes(admission);
        this.rules = new Rules(subjects, admission);
    }

    /// Whose secret it is, as far as that is known here; nothing if the database has to be asked.
    public @Nullable Identified recall(Secret secret, long epochMillis) {
        var hash = Hash.of(peppers.getFirst().hash(secret));
        CompletableFuture<Optional<Found>> known = found.getIfPresent(hash);
        if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
            Optional<Found> here = known.join();
            if (here.isPresent() && !here.get().isChanged()) {
                return here.get().at(epochMillis);
            }
            found.asMap().remove(hash, known);
        }
        return unknown.getIfPresent(hash) == null ? null : new Identified.Unknown();
    }

    /// Whose secret it is, for one that is not known here.
    public Mono<Identified> lookUp(Secret secret, long epochMillis) {
        byte[] bytes = peppers.getFirst().hash(secret);
        return lookUp(secret, bytes, Hash.of(bytes), epochMillis)
                .timeout(storeBudget)
                .onErrorResume(
                        failure -> {
                            log.warn("Could not look up a key: {}", failure.toString());
                            return Mono.just(new Identified.StoreAway());
                        });
    }

    /// Looks for a key that nobody has: the first look-up of a process takes longer than a request
    /// may wait, so this one is made before there are any.
    Mono<Void> rehearse() {
        return read(List.of(new byte[HASH_BYTES])).then();
    }

    /// Asks the database, once for all who ask at the same time, and once more for a key that was
    /// changed while it was read.
    private Mono<Identified> lookUp(Secret secret, byte[] bytes, Hash hash, long epochMillis) {
        long before = version;
        CompletableFuture<Optional<Found>> reading =
                found.get(
                        hash,
                        (_, _) ->
                                read(hashes(secret, bytes))
                                        .map(Optional::of)
                                        .defaultIfEmpty(Optional.empty())
                                        .toFuture());
        return Mono.fromFuture(reading, true)
                .flatMap(
                        here -> {
                            if (here.isEmpty() || here.get().isExpired(epochMillis)) {
                                found.asMap().remove(hash, reading);
                                rememberUnknown(hash, before);
                                return Mono.just(new Identified.Unknown());
                            }
                            if (here.get().isChanged()) {
                                found.asMap().remove(hash, reading);
                                return lookUp(secret, bytes, hash, epochMillis);
                            }
                            return Mono.just(new Identified.Known(here.get().caller()));
                        });
    }

    /// Only while nothing changed since it was looked for: it may have been created in between.
    private void rememberUnknown(Hash hash, long before) {
        if (version == before) {
            unknown.put(hash, true);
        }
    }

    private List<byte[]> hashes(Secret secret, byte[] first) {
        List<byte[]> hashes = new ArrayList<>(peppers.size());
        hashes.add(first);
        peppers.stream().skip(1).forEach(older -> hashes.add(older.hash(secret)));
        return hashes;
    }

    private Mono<Found> read(List<byte[]> hashes) {
        return subjects.owner(hashes).flatMap(this::found);
    }

    private Mono<Found> found(Owner owner) {
        Entry reseller = entry(SubjectKind.RESELLER, owner.reseller(), null);
        Optional<Entry> client = owner.client().map(id -> entry(SubjectKind.CLIENT, id, reseller));
        Optional<Entry> group = owner.group().map(id -> entry(SubjectKind.GROUP, id, reseller));
        Entry key = entry(SubjectKind.KEY, owner.key(), client.orElse(reseller));
        var path =
                SubjectPath.of(
                        key.node,
                        group.map(shared -> shared.node),
                        client.map(above -> above.node).orElse(reseller.own),
                        reseller.node);
        var caller =
                new Caller(
                        key.node.subject(), owner.group(), owner.client(), owner.reseller(), path);
        List<Entry> entries = new ArrayList<>(List.of(key, reseller));
        group.ifPresent(entries::add);
        client.ifPresent(entries::add);
        var complete = new Found(caller, owner, key, entries);
        return read(unread(complete)).thenReturn(complete);
    }

    /// What is in force here is followed change by change; only who is new, or was read ahead of
    /// what is followed, has to be asked for.
    private Set<UUID> unread(Found just) {
        boolean followed = just.owner.version() <= version && !just.isChanged();
        return just.path.stream()
                .filter(entry -> !followed || !entry.isInForce())
                .map(entry -> entry.node.subject().id())
                .collect(Collectors.toSet());
    }

    private Entry entry(SubjectKind kind, UUID id, @Nullable Entry account) {
        return nodes.entry(new Subject(kind, id), account);
    }

    /// Reads these subjects, then what rules they name that are new here, and puts them in force.
    private Mono<Void> read(Set<UUID> ids) {
        if (ids.isEmpty()) {
            return Mono.empty();
        }
        return subjects.settings(ids)
                .flatMap(
                        settings ->
                                rules.inForce(named(settings))
                                        .doOnNext(named -> nodes.configure(ids, settings, named)))
                .then();
    }

    private static Set<UUID> named(List<SubjectSettings> settings) {
        return settings.stream().flatMap(each -> each.rule().stream()).collect(Collectors.toSet());
    }

    /// Reads and puts in force what changed since the version that is in force here.
    Mono<Void> catchUp() {
        return subjects.changesSince(version).flatMap(this::apply);
    }

    /// Whether an announced change says itself what it is about, and nothing before it is missing
    /// here. Then there is nothing to ask for but the settings of its subjects.
    boolean isNext(Configured change) {
        return change.version() == version + 1 && !change.subjects().isEmpty();
    }

    Mono<Void> apply(Configured next) {
        return apply(new Changes(next.version(), true, next.subjects()));
    }

    private Mono<Void> apply(Changes changes) {
        boolean complete = changes.complete();
        Set<UUID> changed = complete ? nodes.known(changes.subjects()) : nodes.all();
        Set<UUID> changedRules = complete ? rules.known(changes.subjects()) : rules.all();
        if (changes.version() != version) {
            unknown.invalidateAll();
        }
        return rules.read(changedRules)
                .then(read(changed))
                .then(
                        Mono.fromRunnable(
                                () -> {
                                    version = changes.version();
                                    readAt = Instant.now();
                                }));
    }

    /// The version of the configuration that is in force here.
    public long version() {
        return version;
    }

    /// When it was last known to be the newest; the epoch before the first time.
    public Instant readAt() {
        return readAt;
    }

    /// Keys in memory.
    public long size() {
        return found.synchronous().estimatedSize();
    }
}
