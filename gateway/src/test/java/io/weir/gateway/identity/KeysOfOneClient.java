package io.weir.gateway.identity;

import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.subject.Hash;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Every secret opens a key of its own, with a rate and slots; all are of one client. It remembers
/// nothing, and makes each answer anew, as a database does.
final class KeysOfOneClient implements Subjects {

    static final UUID RESELLER = new UUID(0, 1);
    static final UUID CLIENT = new UUID(0, 2);

    private static final List<QuotaPolicy> LIMITS =
            List.of(
                    new Concurrency(new PolicyName("conc"), 10_000),
                    TokenBucket.perMinute(new PolicyName("rpm"), 1_000_000_000));

    @Override
    public Mono<Map<Hash, Owner>> owners(Set<Hash> hashes) {
        return Mono.just(
                hashes.stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        hash -> owner(new UUID(hash.a(), hash.b())))));
    }

    private static Owner owner(UUID key) {
        return new Owner(
                1,
                key,
                Optional.empty(),
                Optional.of(copy(CLIENT)),
                copy(RESELLER),
                identity(key),
                Optional.empty());
    }

    @Override
    public Mono<List<SubjectSettings>> settings(Collection<UUID> subjects) {
        return Mono.just(subjects.stream().map(KeysOfOneClient::settings).toList());
    }

    private static SubjectSettings settings(UUID id) {
        SubjectKind kind =
                id.equals(RESELLER)
                        ? SubjectKind.RESELLER
                        : id.equals(CLIENT) ? SubjectKind.CLIENT : SubjectKind.KEY;
        boolean isKey = kind == SubjectKind.KEY;
        return new SubjectSettings(
                1,
                new Subject(kind, copy(id)),
                Status.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Restrictions.NONE,
                isKey ? identity(id) : null,
                isKey ? LIMITS : List.of());
    }

    private static UUID identity(UUID key) {
        return copy(key);
    }

    private static UUID copy(UUID id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    @Override
    public Mono<List<RuleSettings>> rules(Collection<UUID> rules) {
        return Mono.just(List.of());
    }

    @Override
    public Mono<Changes> changesSince(long known) {
        return Mono.just(new Changes(1, true, Set.of()));
    }

    @Override
    public Flux<Announcement> announcements() {
        return Flux.never();
    }
}
