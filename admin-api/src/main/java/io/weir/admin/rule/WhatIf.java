package io.weir.admin.rule;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Calendars;
import io.weir.admin.rule.Affected.Answer;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.quota.admission.RuleOutlook;
import io.weir.quota.admission.RuleOutlook.Counter;
import io.weir.quota.admission.RuleOutlook.Tally;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Which keys a rule would block now if it were edited, by what is counted of them. Nothing is
/// stored.
@Component
class WhatIf {

    /// The keys that the rule applies to while it is enabled, each by the nearest that names one.
    private static final String KEYS =
            """
            SELECT k.id, k.label, k.client_id, coalesce(c.time_zone, r.time_zone) AS time_zone, r.week_start,
                   CASE WHEN own.id IS NOT NULL THEN 'key' WHEN above.id IS NOT NULL THEN 'client'
                        ELSE 'reseller' END AS bound_to
              FROM key k JOIN reseller r ON r.id = k.reseller_id LEFT JOIN client c ON c.id = k.client_id
                   LEFT JOIN rule own ON own.id = k.rule_id AND (own.enabled OR own.id = $1)
                   LEFT JOIN rule above ON above.id = c.default_rule_id AND (above.enabled OR above.id = $1)
             WHERE k.id IN (SELECT id FROM key WHERE rule_id = $1
                            UNION ALL
                            SELECT b.id FROM client d JOIN key b ON b.client_id = d.id WHERE d.default_rule_id = $1
                            UNION ALL
                            SELECT b.id FROM reseller d JOIN key b ON b.reseller_id = d.id WHERE d.default_rule_id = $1)
               AND coalesce(own.id, above.id, r.default_rule_id) = $1 AND k.revoked_at IS NULL
               AND k.id > $2 AND ($3::text IS NULL OR k.label ILIKE $3)
             ORDER BY k.id LIMIT $4
            """;

    private static final String COUNTERS =
            """
            SELECT subject, policy, starts, used, forfeited
              FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS asked (subject, policy, starts)
              JOIN counter USING (subject, policy, starts)
            """;

    private record Place(UUID key, Counter counter) {}

    private record Counted(Place place, Tally tally) {}

    private final DatabaseClient database;

    WhatIf(DatabaseClient database) {
        this.database = database;
    }

    /// @param now the rule as it is
    /// @param then the rule as it would be
    Mono<Answer> of(Rule now, Terms then, Listing listing, Instant at) {
        var before = new RuleOutlook(now.terms().settings(now.id()), at);
        var after = new RuleOutlook(then.settings(now.id()), at);
        return database.sql(KEYS)
                .bind(0, now.id())
                .bind(1, listing.after())
                .bind(2, Values.orNull(String.class, listing.like()))
                .bind(3, listing.limit() + 1)
                .map(WhatIf::affected)
                .all()
                .collectList()
                .map(keys -> Page.of(keys, listing.limit(), key -> key.key().id()))
                .flatMap(
                        keys ->
                                tallies(keys.items(), List.of(before, after))
                                        .map(
                                                tallies ->
                                                        new Answer(
                                                                Rule.Preview.of(then),
                                                                at,
                                                                keys.items().size(),
                                                                blocked(
                                                                        keys.items(),
                                                                        before,
                                                                        after,
                                                                        tallies),
                                                                keys.nextCursor())));
    }

    private static List<Affected.Blocked> blocked(
            List<Affected> keys, RuleOutlook before, RuleOutlook after, Map<Place, Tally> tallies) {
        return keys.stream()
                .flatMap(
                        key ->
                                key
                                        .blocked(
                                                after,
                                                tally(key, after, tallies),
                                                key.objection(before, tally(key, before, tallies))
                                                        .isPresent())
                                        .stream())
                .toList();
    }

    private static Tally tally(Affected key, RuleOutlook rule, Map<Place, Tally> tallies) {
        return place(key, rule)
                .map(found -> tallies.getOrDefault(found, Tally.NOTHING))
                .orElse(Tally.NOTHING);
    }

    private static Optional<Place> place(Affected key, RuleOutlook rule) {
        return rule.counter(key.calendar()).map(counter -> new Place(key.key().id(), counter));
    }

    private Mono<Map<Place, Tally>> tallies(List<Affected> keys, List<RuleOutlook> rules) {
        List<Place> places =
                keys.stream()
                        .flatMap(key -> rules.stream().map(rule -> place(key, rule)))
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
        return database.sql(COUNTERS)
                .bind(0, places.stream().map(Place::key).toArray(UUID[]::new))
                .bind(1, policies(places).toArray(String[]::new))
                .bind(2, starts(places).toArray(OffsetDateTime[]::new))
                .map(WhatIf::counted)
                .all()
                .collectMap(Counted::place, Counted::tally);
    }

    private static Stream<String> policies(List<Place> places) {
        return places.stream().map(place -> place.counter().policy().value());
    }

    private static Stream<OffsetDateTime> starts(List<Place> places) {
        return places.stream().map(place -> Values.utc(place.counter().starts()));
    }

    private static Counted counted(Readable row) {
        var counter =
                new Counter(
                        new PolicyName(Values.get(row, "policy", String.class)),
                        Values.instant(row, "starts"));
        return new Counted(
                new Place(Values.get(row, "subject", UUID.class), counter),
                new Tally(
                        Values.get(row, "used", Long.class),
                        Values.get(row, "forfeited", Long.class)));
    }

    private static Affected affected(Readable row) {
        return new Affected(
                new Subject(SubjectKind.KEY, Values.get(row, "id", UUID.class)),
                Values.get(row, "label", String.class),
                Values.orNull(row, "client_id", UUID.class),
                Calendars.of(
                        Values.get(row, "time_zone", String.class),
                        Values.get(row, "week_start", String.class)),
                Values.get(row, "bound_to", String.class));
    }
}
