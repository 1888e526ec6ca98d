package io.weir.gateway.upstream;

import tools.jackson.databind.node.ObjectNode;

/// How a provider words its errors.
@FunctionalInterface
interface ErrorDialect {

    ObjectNode body(int status, InvalidRequest failure);

    static ObjectNode openAi(int status, InvalidRequest failure) {
        var body = Answer.object();
        body.putObject("error")
                .put("message", failure.reason())
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .put("param", failure.field())
                .putNull("code");
        return body;
    }

    static ObjectNode anthropic(int status, InvalidRequest failure) {
        var body = Answer.object().put("type", "error");
        body.putObject("error")
                .put("type", anthropicType(status))
                .put("message", failure.field() + ": " + failure.reason());
        return body.put("request_id", Ids.next("req_"));
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
