package io.weir.gateway.upstream;

import java.util.function.Function;

/// One call of a provider's API, with the form its errors take.
record Operation(ErrorDialect errors, Function<RequestBody, Answer> call) {

    private static final int BAD_REQUEST = 400;

    Answer answer(Asked asked, byte[] body) {
        if (asked.status() >= BAD_REQUEST) {
            var failure = new InvalidRequest("The stub was asked for this status", "status");
            return Answer.json(asked.status(), errors.body(asked.status(), failure));
        }
        try {
            return call.apply(RequestBody.of(asked, body));
        } catch (InvalidRequest invalid) {
            return Answer.json(BAD_REQUEST, errors.body(BAD_REQUEST, invalid));
        }
    }
}
