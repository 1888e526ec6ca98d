package io.weir.admin.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Answers everything that went wrong, ours or the framework's, as a problem.
@Component
@Order(-2)
final class Problems implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private final JsonMapper json;

    Problems(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
        var response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(thrown);
        }
        Problem problem = problem(thrown, exchange);
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        problem.headers().forEach((name, values) -> headers.put(name, values));
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.setStatusCode(problem.status());
        return Mono.fromSupplier(() -> json.writeValueAsBytes(members(problem, exchange)))
                .flatMap(
                        bytes ->
                                response.writeWith(
                                        Mono.just(response.bufferFactory().wrap(bytes))));
    }

    private static Map<String, Object> members(Problem problem, ServerWebExchange exchange) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", problem.type());
        members.put("title", problem.status().getReasonPhrase());
        members.put("status", problem.status().value());
        members.put("detail", String.valueOf(problem.getMessage()));
        members.put("instance", exchange.getRequest().getPath().value());
        String id = exchange.getResponse().getHeaders().getFirst(Exchanges.REQUEST_ID);
        members.put("request-id", id == null ? "" : id);
        if (!problem.errors().isEmpty()) {
            members.put("errors", problem.errors());
        }
        members.putAll(problem.members());
        return members;
    }

    private static Problem problem(Throwable thrown, ServerWebExchange exchange) {
        if (thrown instanceof Problem problem) {
            return problem;
        }
        if (thrown instanceof ErrorResponse refused) {
            return framework(refused);
        }
        if (databaseIsAway(thrown)) {
            log.warn("The database did not answer: {}", String.valueOf(thrown.getMessage()));
            return Problem.unavailable();
        }
        log.error(
                "Failed: {} {}",
                exchange.getRequest().getMethod(),
                exchange.getRequest().getPath(),
                thrown);
        return Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "This is a mistake of ours; its id is in the log.");
    }

    private static Problem framework(ErrorResponse refused) {
        HttpStatus status = HttpStatus.valueOf(refused.getStatusCode().value());
        String detail = refused.getBody().getDetail();
        Problem problem = Problem.of(status, detail == null ? status.getReasonPhrase() : detail);
        refused.getHeaders()
                .forEach((name, values) -> problem.with(name, String.join(", ", values)));
        return problem;
    }

    private static boolean databaseIsAway(Throwable thrown) {
        return thrown instanceof TimeoutException
                || thrown instanceof TransientDataAccessException
                || thrown instanceof DataAccessResourceFailureException
                || thrown instanceof QueryTimeoutException
                || thrown instanceof TransactionException;
    }
}
