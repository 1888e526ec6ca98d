package io.weir.admin.email;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/keys/{id}/emails")
class KeyEmailEndpoint {

    private final KeyEmails emails;

    KeyEmailEndpoint(KeyEmails emails) {
        this.emails = emails;
    }

    @GetMapping
    Mono<ResponseEntity<Page<KeyEmail.Answer>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID key = parse(id);
        var query = new Query(request);
        var listing = Listing.page(query);
        query.nothingElse();
        return emails.list(key, listing)
                .map(found -> Page.of(found, listing.limit(), KeyEmail::id))
                .map(page -> page.map(KeyEmail::answer).answer(request));
    }

    @PostMapping(consumes = "application/json")
    Mono<ResponseEntity<KeyEmail.Answer>> bind(
            ServerHttpRequest request,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        return emails.bind(key, email(bytes))
                .map(made -> ResponseEntity.created(made.location()).body(made.answer()));
    }

    @DeleteMapping("/{email}")
    Mono<ResponseEntity<Void>> unbind(
            ServerHttpRequest request, @PathVariable String id, @PathVariable String email) {
        new Query(request).nothingElse();
        UUID key = parse(id);
        if (!Form.isEmail(email)) {
            throw Problem.notFound();
        }
        return emails.unbind(key, email).thenReturn(ResponseEntity.noContent().build());
    }

    private static String email(byte @Nullable [] bytes) {
        var violations = new Violations();
        var body = Body.object(bytes, violations);
        String email = body.required("email", Form.email(), null);
        body.nothingElse();
        violations.refuse();
        return email;
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.KEY, id);
    }
}
