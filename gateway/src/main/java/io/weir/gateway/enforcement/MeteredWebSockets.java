package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Callers;
import io.weir.quota.admission.Admission;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Opens WebSocket connections for requests that were admitted, and has them metered as long as
/// they are open.
final class MeteredWebSockets implements WebSocketService {

    private final WebSocketService service;
    private final Callers callers;
    private final Admission admission;
    private final Bookkeeping books;
    private final Scheduler timer;

    MeteredWebSockets(
            WebSocketService service,
            Callers callers,
            Admission admission,
            Bookkeeping books,
            Scheduler timer) {
        this.service = service;
        this.callers = callers;
        this.admission = admission;
        this.books = books;
        this.timer = timer;
    }

    @Override
    public Mono<Void> handleRequest(ServerWebExchange exchange, WebSocketHandler handler) {
        SettlingResponse answer = SettlingResponse.of(exchange.getResponse());
        if (answer == null) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_IMPLEMENTED));
        }
        var metered =
                new WebSocketHandler() {

                    @Override
                    public List<String> getSubProtocols() {
                        return handler.getSubProtocols();
                    }

                    @Override
                    public Mono<Void> handle(WebSocketSession session) {
                        return open(session, answer).handled(handler);
                    }
                };
        return service.handleRequest(exchange, metered);
    }

    /// Who calls is told by what was sent, not by what is forwarded.
    private OpenSocket open(WebSocketSession session, SettlingResponse answer) {
        return new OpenSocket(
                session,
                answer.admitting(),
                Mono.defer(() -> callers.identify(answer.request())),
                admission,
                books,
                timer);
    }
}
