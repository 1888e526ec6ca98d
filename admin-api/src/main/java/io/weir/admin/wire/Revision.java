package io.weir.admin.wire;

import java.util.Arrays;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// The revision of a resource as an entity tag, and the condition a change puts on it.
public record Revision(String condition) {

    public static String tag(long revision) {
        return "\"" + revision + "\"";
    }

    /// @throws Problem 428 if the caller does not say what it has seen
    public static Revision expected(ServerHttpRequest request) {
        var values = request.getHeaders().getOrEmpty(HttpHeaders.IF_MATCH);
        if (values.isEmpty()) {
            throw new Problem(
                    HttpStatus.PRECONDITION_REQUIRED,
                    "precondition-required",
                    "Send If-Match with the ETag of what you change.");
        }
        return new Revision(String.join(",", values));
    }

    /// @throws Problem 412 if somebody else was faster
    public void require(long revision) {
        boolean met =
                Arrays.stream(condition.split(","))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(tag(revision)));
        if (!met) {
            throw new Problem(
                            HttpStatus.PRECONDITION_FAILED,
                            "precondition-failed",
                            "This was changed meanwhile, its revision is now " + revision + ".")
                    .with(HttpHeaders.ETAG, tag(revision));
        }
    }
}
