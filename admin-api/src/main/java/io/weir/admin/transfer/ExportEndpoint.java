package io.weir.admin.transfer;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Query;
import io.weir.quota.subject.SubjectKind;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class ExportEndpoint {

    private final Exports exports;

    ExportEndpoint(Exports exports) {
        this.exports = exports;
    }

    @GetMapping("/resellers/{id}/clients.csv")
    Mono<ResponseEntity<Flux<DataBuffer>>> export(
            ServerWebExchange exchange, @PathVariable String id) {
        new Query(exchange.getRequest()).nothingElse();
        Patience.ask(exchange);
        return exports.of(Ids.parse(SubjectKind.RESELLER, id))
                .map(pieces -> pieces.map(ExportEndpoint::buffer))
                .map(
                        file ->
                                ResponseEntity.ok()
                                        .contentType(MediaType.valueOf("text/csv;charset=UTF-8"))
                                        .header(
                                                HttpHeaders.CONTENT_DISPOSITION,
                                                "attachment; filename=\"clients.csv\"")
                                        .body(file));
    }

    private static DataBuffer buffer(byte[] bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
    }
}
