package io.weir.admin.usage;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import java.time.Clock;
import java.util.List;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class UsageEndpoint {

    private static final int MOST_ITEMS = 10_000;

    private final Rollups rollups;
    private final Clock clock;

    UsageEndpoint(Rollups rollups, Clock clock) {
        this.rollups = rollups;
        this.clock = clock;
    }

    @GetMapping("/api/v1/usage")
    Mono<Usage> usage(ServerHttpRequest request) {
        var asked = Question.read(new Query(request), clock);
        return Principal.current().map(by -> asked.by(by.reseller())).flatMap(this::usage);
    }

    private Mono<Usage> usage(Question question) {
        return rollups.sums(question, MOST_ITEMS + 1)
                .doOnNext(UsageEndpoint::requireFew)
                .map(items -> Usage.of(question, items));
    }

    private static void requireFew(List<Usage.Item> items) {
        if (items.size() > MOST_ITEMS) {
            throw Problem.invalid(
                    "?from",
                    "too-many",
                    "This has more than %d items: ask for less time, fewer groups or a coarser granularity."
                            .formatted(MOST_ITEMS));
        }
    }
}
