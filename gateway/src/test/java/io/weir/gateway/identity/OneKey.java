package io.weir.gateway.identity;

import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.subject.Hash;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A reseller's own key without limits, and the secrets it is opened by. It can be away.
final class OneKey implements Subjects {

    private static final UUID RESELLER = new UUID(0, 1);
    static final UUID KEY = new UUID(0, 2);

    private final Pepper pepper;
    private final Map<Hash, Optional<Instant>> secrets = new HashMap<>();
    private long version;
    private long rotations;
    private boolean away;
    long lookUps;
    final List<Set<UUID>> settingsRead = new ArrayList<>();
    long changesAsked;

    OneKey(Pepper pepper) {
        this.pepper = pepper;
    }

    /// What a rotation does, or the creation.
    void opens(Secret secret, Optional<Instant> until) {
        secrets.put(Hash.of(pepper.hash(secret)), until);
        rotations++;
        version++;
    }

    /// What a change of a limit does.
    void edit() {
        version++;
    }

    private UUID identity() {
        return new UUID(0, rotations);
    }

    void forget(Secret secret) {
        secrets.remove(Hash.of(pepper.hash(secret)));
        rotations++;
        version++;
    }

    /// How the newest change is announced.
    Configured announcement() {
        return new Configured(version, Set.of(KEY));
    }

    /// The newest change has no version.
    void keepQuiet() {
        version--;
    }

    void forgetWhatWasAsked() {
        lookUps = 0;
        changesAsked = 0;
        settingsRead.clear();
    }

    void goAway() {
        away = true;
    }

    @Override
    public Mono<Map<Hash, Owner>> owners(Set<Hash> hashes) {
        lookUps++;
        if (away) {
            return Mono.error(new IllegalStateException("away"));
        }
        Map<Hash, Owner> owners = new HashMap<>();
        hashes.stream()
                .filter(secrets::containsKey)
                .forEach(
                        hash -> owners.put(hash, owner(Objects.requireNonNull(secrets.get(hash)))));
        return Mono.just(owners);
    }

    private Owner owner(Optional<Instant> until) {
        return new Owner(
                version, KEY, Optional.empty(), Optional.empty(), RESELLER, identity(), until);
    }

    @Override
    public Mono<List<SubjectSettings>> settings(Collection<UUID> subjects) {
        settingsRead.add(Set.copyOf(subjects));
        return Mono.just(
                List.of(settings(SubjectKind.KEY, KEY), settings(SubjectKind.RESELLER, RESELLER)));
    }

    private SubjectSettings settings(SubjectKind kind, UUID id) {
        return new SubjectSettings(
                version,
                new Subject(kind, id),
                Status.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Restrictions.NONE,
                kind == SubjectKind.KEY ? identity() : null,
                List.of());
    }

    @Override
    public Mono<List<RuleSettings>> rules(Collection<UUID> rules) {
        return Mono.just(List.of());
    }

    @Override
    public Mono<Changes> changesSince(long known) {
        changesAsked++;
        return Mono.just(new Changes(version, true, Set.of(KEY)));
    }

    @Override
    public Flux<Announcement> announcements() {
        return Flux.never();
    }
}
