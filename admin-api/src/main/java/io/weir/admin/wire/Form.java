package io.weir.admin.wire;

import io.weir.admin.wire.Reading.Read;
import io.weir.admin.wire.Reading.Wrong;
import io.weir.quota.schedule.Zones;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The form a field's value must have: how it is read, and what stands in its place while the rest
/// of a request that is going to be refused is read too.
public final class Form<T> {

    private static final Pattern EMAIL =
            Pattern.compile(
                    "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*"
                            + "@([\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+\\p{L}{2,63}");
    private static final Pattern MONEY = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final int LONGEST_EMAIL = 254;
    private static final int LONGEST_WORD = 64;
    private static final UUID NOBODY = new UUID(0, 0);

    private final Function<JsonNode, Reading<T>> reader;
    private final T instead;

    private Form(T instead, Function<JsonNode, Reading<T>> reader) {
        this.reader = reader;
        this.instead = instead;
    }

    Reading<T> read(JsonNode node) {
        return reader.apply(node);
    }

    T instead() {
        return instead;
    }

    /// One line.
    public static Form<String> text(int longest) {
        return string(longest, Character::isISOControl);
    }

    /// Several lines.
    public static Form<String> prose(int longest) {
        return string(longest, c -> Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0);
    }

    /// The id of something else.
    public static Form<UUID> id(SubjectKind kind) {
        return id(kind.prefix());
    }

    public static Form<UUID> id(Resource kind) {
        return id(kind.prefix());
    }

    /// An id without a prefix.
    public static Form<UUID> uuid() {
        return text(LONGEST_WORD)
                .map(
                        NOBODY,
                        text ->
                                Ids.plain(text)
                                        .<Reading<UUID>>map(Read::new)
                                        .orElseGet(
                                                () -> new Wrong<>("id", "This must be a UUID.")));
    }

    /// The id of somebody whose usage is counted, of one of these kinds.
    public static Form<Subject> subject(SubjectKind... kinds) {
        String prefixes =
                Arrays.stream(kinds)
                        .map(kind -> kind.prefix() + "_...")
                        .collect(Collectors.joining(", "));
        return text(LONGEST_WORD)
                .map(
                        new Subject(kinds[0], NOBODY),
                        text ->
                                Subject.parse(text)
                                        .filter(found -> List.of(kinds).contains(found.kind()))
                                        .<Reading<Subject>>map(Read::new)
                                        .orElseGet(
                                                () ->
                                                        new Wrong<>(
                                                                "id",
                                                                "This must be an id, one of %s"
                                                                        .formatted(prefixes))));
    }

    private static Form<UUID> id(String prefix) {
        return text(LONGEST_WORD)
                .map(
                        NOBODY,
                        text ->
                                Ids.find(prefix, text)
                                        .<Reading<UUID>>map(Read::new)
                                        .orElseGet(
                                                () ->
                                                        new Wrong<>(
                                                                "id",
                                                                "This must be an id, %s_..."
                                                                        .formatted(prefix))));
    }

    public static Form<Boolean> flag() {
        return new Form<>(
                false,
                node ->
                        node.isBoolean()
                                ? new Read<>(node.booleanValue())
                                : new Wrong<>("type", "This must be true or false."));
    }

    public static Form<Long> integer(long least, long most) {
        return new Form<>(
                least,
                node -> {
                    if (!node.isIntegralNumber()) {
                        return new Wrong<>("type", "This must be a whole number.");
                    }
                    boolean fits = node.canConvertToLong();
                    return fits && node.longValue() >= least && node.longValue() <= most
                            ? new Read<>(node.longValue())
                            : new Wrong<>("range", "This must be %d to %d.".formatted(least, most));
                });
    }

    public static Form<String> email() {
        return text(LONGEST_EMAIL)
                .matching("email", "This must be an e-mail address.", EMAIL.asMatchPredicate());
    }

    /// Whether there can be such an address, where it is looked up and not stored.
    public static boolean isEmail(String text) {
        return text.length() <= LONGEST_EMAIL && EMAIL.matcher(text).matches();
    }

    public static Form<String> zone() {
        return text(LONGEST_WORD)
                .matching(
                        "time-zone",
                        "This must be an IANA time zone or a fixed offset such as UTC+8.",
                        zone -> Zones.parse(zone).isPresent());
    }

    public static Form<String> currency() {
        return text(LONGEST_WORD)
                .matching("currency", "This must be an ISO 4217 code.", Form::isCurrency);
    }

    public static Form<String> oneOf(String... words) {
        return oneOf(List.of(words));
    }

    public static Form<String> oneOf(List<String> allowed) {
        return text(LONGEST_WORD)
                .map(
                        allowed.getFirst(),
                        word ->
                                allowed.contains(word)
                                        ? new Read<>(word)
                                        : new Wrong<>(
                                                "unknown-value",
                                                "This must be one of %s."
                                                        .formatted(String.join(", ", allowed))));
    }

    /// An RFC 3339 instant that is still to come.
    public static Form<Instant> after(Instant now) {
        return text(LONGEST_WORD)
                .map(
                        now,
                        text -> {
                            var instant = instant(text);
                            return instant instanceof Read<Instant>(var value)
                                            && !value.isAfter(now)
                                    ? new Wrong<>("past", "This must be in the future.")
                                    : instant;
                        });
    }

    /// An RFC 3339 instant.
    public static Form<Instant> moment() {
        return text(LONGEST_WORD).map(Instant.EPOCH, Form::instant);
    }

    /// A decimal string of up to 9 digits before and after the point, as nano-units.
    public static Form<Long> money() {
        return text(LONGEST_WORD)
                .map(
                        0L,
                        text ->
                                MONEY.matcher(text).matches()
                                        ? new Read<>(
                                                new BigDecimal(text)
                                                        .movePointRight(Money.NANO_DIGITS)
                                                        .longValueExact())
                                        : new Wrong<>(
                                                "money",
                                                "This must be a decimal string such as \"0.15\"."));
    }

    /// Money of which there is some.
    public static Form<Long> payment() {
        return money().matching("range", "This must be more than 0.", nanos -> nanos > 0);
    }

    static Reading<Instant> instant(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            int year = instant.atOffset(java.time.ZoneOffset.UTC).getYear();
            return year >= 1970 && year <= 9999
                    ? new Read<>(instant)
                    : new Wrong<>("range", "This must be in the years 1970 to 9999.");
        } catch (DateTimeException notAnInstant) {
            return new Wrong<>("date-time", "This must be an RFC 3339 date and time.");
        }
    }

    private static boolean isCurrency(String code) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(currency -> currency.getCurrencyCode().equals(code));
    }

    private static Form<String> string(int longest, java.util.function.IntPredicate forbidden) {
        return new Form<>(
                "",
                node -> {
                    if (!node.isString()) {
                        return new Wrong<>("type", "This must be a string.");
                    }
                    return Texts.read(node.stringValue(), longest, forbidden);
                });
    }

    public Form<T> matching(String code, String detail, java.util.function.Predicate<T> condition) {
        return map(
                instead,
                value -> condition.test(value) ? new Read<>(value) : new Wrong<>(code, detail));
    }

    private <U> Form<U> map(U placeholder, Function<T, Reading<U>> next) {
        return new Form<>(
                placeholder,
                node ->
                        switch (read(node)) {
                            case Read<T>(var value) -> next.apply(value);
                            case Wrong<T>(var code, var detail) -> new Wrong<>(code, detail);
                        });
    }
}
