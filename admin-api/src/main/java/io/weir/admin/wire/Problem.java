package io.weir.admin.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/// A refusal on its way to the caller, in the form of RFC 9457. Thrown inside a transaction, it
/// also rolls that back.
public final class Problem extends RuntimeException {

    private final transient HttpStatus status;
    private final String name;
    private final transient List<Violation> errors;
    private final transient HttpHeaders headers = new HttpHeaders();
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    public Problem(HttpStatus status, String name, String detail) {
        this(status, name, detail, List.of());
    }

    private Problem(HttpStatus status, String name, String detail, List<Violation> errors) {
        super(detail, null, false, false);
        this.status = status;
        this.name = name;
        this.errors = List.copyOf(errors);
    }

    public static Problem notFound() {
        return notFound(List.of());
    }

    /// @param errors where the ids stand with which there is nothing, beside the path
    static Problem notFound(List<Violation> errors) {
        return new Problem(
                HttpStatus.NOT_FOUND, "not-found", "There is nothing with this id.", errors);
    }

    public static Problem conflict(String name, String detail) {
        return new Problem(HttpStatus.CONFLICT, name, detail);
    }

    public static Problem invalid(List<Violation> errors) {
        return invalid("invalid-request", errors);
    }

    /// @param name of a reason that callers may want to tell from others
    public static Problem invalid(String name, List<Violation> errors) {
        String detail =
                errors.size() == 1
                        ? only(errors.getFirst())
                        : errors.size() + " things are wrong with this request, see errors.";
        return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, name, detail, errors);
    }

    /// What is wrong with the whole of a request names no place in it.
    private static String only(Violation error) {
        return error.pointer().isEmpty() ? error.detail() : error.pointer() + ": " + error.detail();
    }

    public static Problem invalid(String pointer, String code, String detail) {
        return invalid(List.of(new Violation(pointer, code, detail)));
    }

    static Problem malformed(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "malformed-request", detail);
    }

    /// Something else that is needed here does not answer.
    public static Problem unavailable(String what) {
        return new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "unavailable",
                        what + " can't be had. Nothing has changed; try again.")
                .with(HttpHeaders.RETRY_AFTER, "1");
    }

    static Problem unavailable() {
        return new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "unavailable",
                        "The database does not answer. Nothing is known to have changed; try again.")
                .with(HttpHeaders.RETRY_AFTER, "1");
    }

    /// One that has no name of its own takes its status'.
    static Problem of(HttpStatus status, String detail) {
        String name = status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
        return new Problem(status, name, detail);
    }

    public Problem with(String header, String value) {
        headers.set(header, value);
        return this;
    }

    /// With a member of its own beside those that all problems have.
    public Problem telling(String member, Object value) {
        members.put(member, value);
        return this;
    }

    HttpStatus status() {
        return status;
    }

    String type() {
        return "urn:weir:problem:" + name;
    }

    List<Violation> errors() {
        return errors;
    }

    Map<String, Object> members() {
        return members;
    }

    HttpHeaders headers() {
        return headers;
    }
}
