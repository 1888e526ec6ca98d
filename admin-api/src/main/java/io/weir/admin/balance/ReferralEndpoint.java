package io.weir.admin.balance;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class ReferralEndpoint {

    private final Referrals referrals;

    ReferralEndpoint(Referrals referrals) {
        this.referrals = referrals;
    }

    @GetMapping("/api/v1/resellers/{id}/referral")
    Mono<Referral.Answer> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return referrals.find(Ids.parse(SubjectKind.RESELLER, id)).map(Referral::answer);
    }
}
