package io.weir.quota.simulation;

import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.simulation.SimulatedStore.Place;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;

/// Who calls, and under which limits: keys of clients of one reseller, each with a quota.
final class Cast {

    /// A subject with one quota.
    record Member(Subject subject, PolicyName policy, CalendarPeriod period) {

        static Member of(SubjectKind kind, String policy, CalendarPeriod period, Random random) {
            var id = new UUID(random.nextLong(), random.nextLong());
            return new Member(new Subject(kind, id), new PolicyName(policy), period);
        }

        CounterKey counter() {
            return new CounterKey(subject.id(), policy);
        }

        Place at(Instant instant) {
            return new Place(counter(), period.at(instant, Calendar.UTC).starts());
        }

        SubjectSettings settings(long limit) {
            var quota =
                    new PeriodQuota(
                            policy,
                            QuotaUnit.REQUESTS,
                            period,
                            Calendar.UTC,
                            OptionalLong.of(limit),
                            Enforcement.ENFORCE,
                            FailureMode.CLOSED);
            return new SubjectSettings(
                    1,
                    subject,
                    Status.ACTIVE,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Restrictions.NONE,
                    null,
                    List.of(quota));
        }
    }

    /// From a key to its reseller.
    record Path(Member key, Member client, Member reseller) {

        List<Member> members() {
            return List.of(key, client, reseller);
        }

        List<Place> places(Instant at) {
            return List.of(key.at(at), client.at(at), reseller.at(at));
        }

        Rollup rollup(Instant wall, Outcome outcome) {
            return new Rollup(
                    Rollup.minuteOf(wall.toEpochMilli()),
                    key.subject().id(),
                    null,
                    client.subject().id(),
                    reseller.subject().id(),
                    "demo",
                    "",
                    outcome);
        }
    }

    final List<Member> members = new ArrayList<>();
    final List<Path> paths = new ArrayList<>();

    Cast(Random random) {
        Member reseller = member(SubjectKind.RESELLER, "pool", CalendarPeriod.MONTHLY, random);
        int clients = 1 + random.nextInt(2);
        for (int i = 0; i < clients; i++) {
            Member client = member(SubjectKind.CLIENT, "monthly", CalendarPeriod.MONTHLY, random);
            int keys = 1 + random.nextInt(2);
            for (int k = 0; k < keys; k++) {
                Member key = member(SubjectKind.KEY, "rpd", CalendarPeriod.DAILY, random);
                paths.add(new Path(key, client, reseller));
            }
        }
    }

    private Member member(SubjectKind kind, String policy, CalendarPeriod period, Random random) {
        Member member = Member.of(kind, policy, period, random);
        members.add(member);
        return member;
    }
}
