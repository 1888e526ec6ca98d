package io.weir.admin.transfer;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Revision;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class ImportEndpoint {

    private final Imports imports;

    ImportEndpoint(Imports imports) {
        this.imports = imports;
    }

    /// The file is here, and its import waits to be queued.
    @PostMapping(path = "/resellers/{id}/client-imports", consumes = "text/csv")
    Mono<ResponseEntity<Import.Answer>> create(ServerWebExchange exchange) {
        Upload.Received received = Upload.of(exchange);
        return imports.queue(received.id(), received.rows())
                .then(Mono.defer(() -> imports.find(received.id())))
                .map(ImportEndpoint::accepted);
    }

    @GetMapping("/client-imports/{id}")
    Mono<ResponseEntity<Import.Answer>> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return imports.find(Ids.parse(Resource.CLIENT_IMPORT, id))
                .map(found -> answer(found, HttpStatus.OK).body(found.answer()));
    }

    private static ResponseEntity<Import.Answer> accepted(Import made) {
        Import.Answer answer = made.answer();
        return answer(made, HttpStatus.ACCEPTED)
                .location(URI.create("/api/v1/client-imports/" + answer.id()))
                .body(answer);
    }

    private static ResponseEntity.BodyBuilder answer(Import found, HttpStatus status) {
        return ResponseEntity.status(status).eTag(Revision.tag(found.revision()));
    }
}
