package io.weir.admin.balance;

import io.weir.admin.wire.IdempotencyKey;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/keys/{id}")
class BudgetEndpoint {

    private final Budgets budgets;

    BudgetEndpoint(Budgets budgets) {
        this.budgets = budgets;
    }

    @GetMapping("/budget")
    Mono<KeyBudget.Answer> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return budgets.find(Ids.parse(SubjectKind.KEY, id)).map(KeyBudget::answer);
    }

    @PostMapping(path = "/top-ups", consumes = "application/json")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<BudgetTopUp.Answer> topUp(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = Ids.parse(SubjectKind.KEY, id);
        IdempotencyKey.require(request);
        return budgets.topUp(key, TopUp.read(bytes)).map(BudgetTopUp::answer);
    }
}
