package io.weir.admin.wire;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What a caller names one effect by, however often it has to ask for it: the value of an
/// `Idempotency-Key`, a Structured Field string, or the same without quotes.
public record IdempotencyKey(String value) {

    public static final String HEADER = "Idempotency-Key";

    private static final int LONGEST = 255;

    /// Printable, and nothing that would make it a list or an item with parameters.
    private static final Pattern UNQUOTED = Pattern.compile("[!-~&&[^\",;\\\\]]+");

    public IdempotencyKey {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw malformed("An %s has 1 to %d characters.".formatted(HEADER, LONGEST));
        }
    }

    /// @throws Problem 400 if it is there and is none
    public static Optional<IdempotencyKey> of(ServerHttpRequest request) {
        List<String> values = request.getHeaders().getOrEmpty(HEADER);
        return switch (values.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new IdempotencyKey(parse(values.getFirst().strip())));
            default -> throw malformed("One %s is taken.".formatted(HEADER));
        };
    }

    /// For requests that move money.
    ///
    /// @throws Problem 400 if it is not there
    public static IdempotencyKey require(ServerHttpRequest request) {
        return of(request)
                .orElseThrow(
                        () ->
                                new Problem(
                                        HttpStatus.BAD_REQUEST,
                                        "idempotency-key-required",
                                        "This moves money: send an %s, a new UUID for each time it shall be done."
                                                .formatted(HEADER)));
    }

    private static String parse(String value) {
        if (UNQUOTED.matcher(value).matches()) {
            return value;
        }
        try {
            if (Parser.parseItem(value) instanceof StringItem string) {
                return string.get();
            }
        } catch (ParseException notAString) {
            throw malformed("The %s is no string: %s".formatted(HEADER, notAString.getMessage()));
        }
        throw malformed("The %s must be a string.".formatted(HEADER));
    }

    private static Problem malformed(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "idempotency-key-malformed", detail);
    }
}
