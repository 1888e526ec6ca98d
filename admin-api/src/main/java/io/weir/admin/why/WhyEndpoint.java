package io.weir.admin.why;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class WhyEndpoint {

    private final Decisions decisions;
    private final Admissions admissions;
    private final Clock clock;

    WhyEndpoint(Decisions decisions, Admissions admissions, Clock clock) {
        this.decisions = decisions;
        this.admissions = admissions;
        this.clock = clock;
    }

    @GetMapping("/decisions/{id}")
    Mono<Decision.Answer> decision(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return decisions.find(Ids.parse(Resource.REQUEST, id)).map(Decision::answer);
    }

    @GetMapping("/keys/{id}/decisions")
    Mono<ResponseEntity<Page<Decision.Answer>>> decisions(
            ServerHttpRequest request, @PathVariable String id) {
        var query = new Query(request);
        var listing = Listing.page(query);
        @Nullable String outcome = query.oneOf("outcome", List.of("refused", "observed"));
        query.nothingElse();
        UUID key = Ids.parse(SubjectKind.KEY, id);
        return admissions
                .path(key)
                .then(Mono.defer(() -> decisions.list(key, listing, outcome)))
                .map(found -> Page.of(found, listing.limit(), Decision::id))
                .map(page -> page.map(Decision::answer).answer(request));
    }

    @GetMapping("/keys/{id}/admission")
    Mono<Admission.Answer> admission(ServerHttpRequest request, @PathVariable String id) {
        var query = new Query(request);
        Instant at = query.instant("at");
        query.nothingElse();
        return admissions
                .of(Ids.parse(SubjectKind.KEY, id), at == null ? clock.instant() : at)
                .map(Admission::answer);
    }
}
