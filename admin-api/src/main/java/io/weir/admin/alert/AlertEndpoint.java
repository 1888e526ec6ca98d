package io.weir.admin.alert;

import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.Subject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class AlertEndpoint {

    private final Alerts alerts;

    AlertEndpoint(Alerts alerts) {
        this.alerts = alerts;
    }

    @GetMapping("/alerts")
    Mono<ResponseEntity<Page<Alert.Answer>>> list(ServerHttpRequest request) {
        var query = new Query(request);
        var listing = Listing.page(query);
        Subject subject = subject(query);
        query.nothingElse();
        return alerts.list(listing, subject)
                .map(found -> Page.of(found, listing.limit(), Alert::id))
                .map(page -> page.map(Alert::answer).answer(request));
    }

    private static @Nullable Subject subject(Query query) {
        String text = query.text("subject");
        if (text == null) {
            return null;
        }
        Optional<Subject> subject = Subject.parse(text);
        if (subject.isEmpty()) {
            query.violates(
                    "subject", "id", "This must be the id of a key, group, client or reseller.");
        }
        return subject.orElse(null);
    }
}
