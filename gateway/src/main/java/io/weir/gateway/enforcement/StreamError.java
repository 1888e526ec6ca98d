package io.weir.gateway.enforcement;

import io.weir.gateway.metering.ModelOperation;
import java.nio.charset.StandardCharsets;

/// The event with which a stream ends that may not go on, in the words of its API.
final class StreamError {

    private final Refusals refusals;
    private final Dialect dialect;
    private final ModelOperation operation;
    private final String requestId;

    StreamError(Refusals refusals, Dialect dialect, ModelOperation operation, String requestId) {
        this.refusals = refusals;
        this.dialect = dialect;
        this.operation = operation;
        this.requestId = requestId;
    }

    byte[] event(Refusal refusal) {
        String data =
                operation == ModelOperation.RESPONSES
                        ? RefusalBody.responsesEvent(refusal)
                        : refusals.body(dialect, refusal, requestId);
        String name = operation == ModelOperation.CHAT_COMPLETIONS ? "" : "event: error\n";
        return (name + "data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
