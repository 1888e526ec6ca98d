package io.weir.quota.lease;

import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the store's answer to a report does to the leases that the report was about, and to the
/// requests that wait for them.
final class Granting {

    private static final Duration CONTENDED = Duration.ofSeconds(1);
    private static final Duration SETTLED = Duration.ofDays(10_000);

    private final StoreTime time;
    private final Pace pace;

    Granting(StoreTime time, Pace pace) {
        this.time = time;
        this.pace = pace;
    }

    /// Those who wait are told last, when everything is as the store said.
    void apply(List<Agenda.Item> items, Reply reply, long number, long askedAt) {
        List<Lease> served = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Agenda.Item item = items.get(i);
            Grant grant = reply.grants().get(i);
            Term term =
                    grant.inForce()
                            ? time.term(askedAt, reply.now(), item.slice().period(), pace.life())
                            : Term.over(askedAt);
            item.slice().apply(grant, number, askedAt, term);
            if (item.slice() == item.lease().current() && isServed(item, grant)) {
                served.add(item.lease());
            }
        }
        served.forEach(Lease::answered);
    }

    /// Decides whether asking again makes sense, and whether those who wait shall wait on: while
    /// another node may give something back, they do.
    private boolean isServed(Agenda.Item item, Grant grant) {
        if (grant.granted() > 0) {
            item.lease().quiet.end();
            return true;
        }
        if (item.entry().needs() == 0) {
            if (item.entry().returned() > 0) {
                item.lease().quiet.end();
            }
            return true;
        }
        boolean elsewhere = grant.leased() > grant.held();
        if (grant.inForce()) {
            item.lease().refused(time.nanoTime());
        }
        item.lease().quiet.until(time.nanoTime() + pause(grant, elsewhere).toNanos(), left(grant));
        return !(grant.inForce() && elsewhere);
    }

    private static long left(Grant grant) {
        long taken = grant.used() + grant.leased() + grant.forfeited();
        return Math.max(0, grant.limit().orElse(taken) - taken);
    }

    /// What is forfeited may be refunded, and that be told while nobody listened.
    private static Duration pause(Grant grant, boolean elsewhere) {
        if (!grant.inForce()) {
            return Exchange.PAUSE;
        }
        return elsewhere || grant.forfeited() > 0 ? CONTENDED : SETTLED;
    }
}
