package io.weir.gateway.enforcement;

import io.weir.gateway.metering.ModelCost;
import java.nio.ByteBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// What is forwarded of a request to a language model: the bytes that were read, with what was
/// added to them, and no wish for a compressed answer, which would have to be taken apart.
final class ModelRequestBody {

    private ModelRequestBody() {}

    static ServerWebExchange of(Visit visit, ModelCost cost) {
        ByteBuffer body = cost.forwarded();
        int length = body.remaining();
        ServerWebExchange exchange =
                visit.exchange()
                        .mutate()
                        .request(
                                request ->
                                        request.headers(
                                                headers -> {
                                                    headers.setContentLength(length);
                                                    headers.remove(HttpHeaders.TRANSFER_ENCODING);
                                                    headers.set(
                                                            HttpHeaders.ACCEPT_ENCODING,
                                                            "identity");
                                                }))
                        .build();
        return KeyRestrictions.with(body, exchange);
    }
}
