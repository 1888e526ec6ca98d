package io.weir.admin.price;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Revision;
import io.weir.admin.wire.Violations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/prices")
class PriceEndpoint {

    private static final int MOST = 5000;

    private final Prices prices;

    PriceEndpoint(Prices prices) {
        this.prices = prices;
    }

    @GetMapping
    Mono<ResponseEntity<List<Price.Answer>>> book(ServerHttpRequest request) {
        new Query(request).nothingElse();
        return prices.book().map(PriceEndpoint::answer);
    }

    @PutMapping(consumes = "application/json")
    Mono<ResponseEntity<List<Price.Answer>>> replace(
            ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        var expected = Revision.expected(request);
        return prices.replace(read(bytes), expected).map(PriceEndpoint::answer);
    }

    private static List<Price> read(byte @Nullable [] bytes) {
        var violations = new Violations();
        Set<List<String>> seen = new HashSet<>();
        List<Price> read = new ArrayList<>();
        for (Body item : Body.items(bytes, MOST, violations)) {
            Price price = Price.read(item);
            if (!price.model().isEmpty() && !seen.add(List.of(price.route(), price.model()))) {
                item.violates("model", "duplicate", "This route and model are priced twice.");
            }
            read.add(price);
        }
        violations.refuse();
        return read;
    }

    private static ResponseEntity<List<Price.Answer>> answer(PriceBook book) {
        return ResponseEntity.ok()
                .eTag(Revision.tag(book.revision()))
                .body(book.prices().stream().map(Price::answer).toList());
    }
}
