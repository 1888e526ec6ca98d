package io.weir.gateway.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.gateway.identity.Nodes.Above;
import io.weir.gateway.identity.Nodes.Entry;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.admission.Subjects.Changes;
import io.weir.quota.admission.Subjects.Owner;
import io.weir.quota.subject.Hash;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(10);

    /// Longer than a request may wait: where the database is slow, the next one finds the key.
    private static final Duration GIVEN_UP = Duration.ofSeconds(2);

    /// Whose key a secret opens, with the entries of its subjects, whose settings may be unread.
    private record Met(Owner owner, Entry key, Above above) {

        boolean isChanged() {
            return !key.is(owner.identity());
        }
    }

    private final Subjects subjects;
    private final List<Pepper> peppers;
    private final Duration storeBudget;
    private final Nodes nodes;
    private final Rules rules;
    private final AskedTogether<List<Hash>, Found> lookUps =
            new AskedTogether<>(this::read, GIVEN_UP);

    // Each puts itself in order where it is used: in steps so small that to wake another thread for
    // one takes longer.
    private final Cache<Hash, Found> found =
            Caffeine.newBuilder()
                    .maximumSize(MOST_KEYS)
                    .expireAfterAccess(KEPT)
                    .executor(Runnable::run)
                    .build();
    private final Cache<Hash, Boolean> unknown =
            Caffeine.newBuilder()
                    .maximumSize(MOST_UNKNOWN)
                    .expireAfterWrite(UNKNOWN_KEPT)
                    .executor(Runnable::run)
                    .build();

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
        Found here = found.getIfPresent(hash);
        if (here != null) {
            if (!here.isChanged()) {
                return here.at(epochMillis);
            }
            found.asMap().remove(hash, here);
        }
        return unknown.getIfPresent(hash) == null ? null : new Identified.Unknown();
    }

    /// Whose secret it is, for one that is not known here.
    public Mono<Identified> lookUp(Secret secret, long epochMillis) {
        return lookUp(hashes(secret), epochMillis)
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
        return subjects.owners(Set.of(new Hash(0, 0, 0, 0))).then();
    }

    /// Asks once more for a key that was changed while it was read.
    private Mono<Identified> lookUp(List<Hash> hashes, long epochMillis) {
        return lookUps.ask(hashes)
                .flatMap(
                        here ->
                                here.isChanged()
                                        ? lookUp(hashes, epochMillis)
                                        : Mono.just(here.at(epochMillis)))
                .defaultIfEmpty(new Identified.Unknown());
    }

    /// Under each pepper; by the first it is known here.
    private List<Hash> hashes(Secret secret) {
        return peppers.stream().map(pepper -> Hash.of(pepper.hash(secret))).toList();
    }

    /// Reads whom these secrets belong to, and what of their subjects is not in force here.
    private Mono<Map<List<Hash>, Found>> read(List<List<Hash>> secrets) {
        long before = version;
        Set<Hash> hashes = secrets.stream().flatMap(List::stream).collect(Collectors.toSet());
        return subjects.owners(hashes)
                .flatMap(
                        owners -> {
                            Map<List<Hash>, Met> met = met(secrets, owners);
                            return read(unread(met.values()))
                                    .then(Mono.fromSupplier(() -> found(secrets, met, before)));
                        });
    }

    private Map<List<Hash>, Met> met(List<List<Hash>> secrets, Map<Hash, Owner> owners) {
        Map<List<Hash>, Met> met = new HashMap<>();
        for (List<Hash> hashes : secrets) {
            hashes.stream()
                    .filter(owners::containsKey)
                    .findFirst()
                    .map(owners::get)
                    .ifPresent(owner -> met.put(hashes, met(owner)));
        }
        return met;
    }

    private Met met(Owner owner) {
        Above above = nodes.above(owner);
        var key = new Subject(SubjectKind.KEY, owner.key());
        return new Met(owner, nodes.entry(key, above.account()), above);
    }

    /// What is in force here is followed change by change; only who is new, or was read ahead of
    /// what is followed, has to be asked for.
    private Set<UUID> unread(Collection<Met> met) {
        Set<UUID> unread = new HashSet<>();
        for (Met each : met) {
            boolean followed = each.owner.version() <= version && !each.isChanged();
            Stream.concat(Stream.of(each.key), each.above.entries())
                    .filter(entry -> !followed || !entry.isInForce())
                    .forEach(entry -> unread.add(entry.node.subject().id()));
        }
        return unread;
    }

    /// Keeps those that were found. That nobody has a secret is remembered only if nothing changed
    /// since it was looked for: it may have been created in between.
    private Map<List<Hash>, Found> found(
            List<List<Hash>> secrets, Map<List<Hash>, Met> met, long before) {
        Map<List<Hash>, Found> all = new HashMap<>();
        for (List<Hash> hashes : secrets) {
            Met one = met.get(hashes);
            if (one != null) {
                var key = Found.of(one.owner, one.key, one.above);
                all.put(hashes, key);
                found.put(hashes.getFirst(), key);
            } else if (version == before) {
                unknown.put(hashes.getFirst(), true);
            }
        }
        return all;
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
        return found.estimatedSize();
    }
}
