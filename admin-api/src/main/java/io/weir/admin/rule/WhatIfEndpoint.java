package io.weir.admin.rule;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Violations;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class WhatIfEndpoint {

    private final Rules rules;
    private final WhatIf whatIf;
    private final Clock clock;

    WhatIfEndpoint(Rules rules, WhatIf whatIf, Clock clock) {
        this.rules = rules;
        this.whatIf = whatIf;
        this.clock = clock;
    }

    @PostMapping(
            path = "/api/v1/rules/{id}/what-if",
            consumes = {"application/json", "application/merge-patch+json"})
    Mono<Affected.Answer> ask(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        var listing = Listing.of(request);
        UUID rule = Ids.parse(Resource.RULE, id);
        return rules.find(rule)
                .flatMap(now -> whatIf.of(now, edited(bytes, now), listing, clock.instant()))
                .map(answer -> answer.withNextCursor(Page.sealed(request, answer.nextCursor())));
    }

    private static Terms edited(byte @Nullable [] bytes, Rule now) {
        var violations = new Violations();
        Terms then = Terms.read(Body.object(bytes, violations), now.terms());
        violations.refuse();
        return then;
    }
}
