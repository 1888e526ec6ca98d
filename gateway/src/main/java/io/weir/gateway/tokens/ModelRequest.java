package io.weir.gateway.tokens;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/// What a request to a language model says that decides what it can cost, and where in its bytes.
/// The bytes are a JSON object that can be read in one way only.
public final class ModelRequest {

    /// A member that has a value it can't have.
    public static final class Unusable extends Exception {

        private static final long serialVersionUID = 1;

        Unusable(String member, String what) {
            super("The member '%s' must be %s.".formatted(member, what));
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String OPTIONS = "stream_options";
    private static final String INCLUDE = "include_usage";

    /// Another parser could fold case, and take one of these from a member we did not.
    private static final Set<String> DECISIVE = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        DECISIVE.addAll(
                List.of(
                        "model",
                        "max_tokens",
                        "max_completion_tokens",
                        "max_output_tokens",
                        "n",
                        "best_of",
                        "stream",
                        OPTIONS,
                        "background"));
    }

    /// In place of some of its bytes, others.
    private record Edit(int from, int to, String text) {}

    private final byte[] bytes;
    private final List<Edit> edits = new ArrayList<>();

    private int open;
    private boolean isEmpty = true;
    private Optional<String> model = Optional.empty();
    private OptionalLong most = OptionalLong.empty();
    private long answers = 1;
    private boolean stream;
    private boolean includesUsage;
    private boolean background;
    private @Nullable Edit inclusion;
    private final Map<String, Edit> absent = new HashMap<>();
    private final References references = new References();

    private ModelRequest(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @throws Unusable naming the member
    public static ModelRequest read(ByteBuffer json) throws Unusable {
        var copy = new byte[json.remaining()];
        json.duplicate().get(copy);
        var request = new ModelRequest(copy);
        try (JsonParser parser = JSON.createParser(copy)) {
            request.read(parser);
        }
        return request;
    }

    public Optional<String> model() {
        return model;
    }

    /// The most tokens of each answer, if that is said: the largest of all names it has.
    public OptionalLong most() {
        return most;
    }

    /// How many answers are asked for, `n`.
    public long answers() {
        return answers;
    }

    public boolean isStream() {
        return stream;
    }

    /// Whether the answer only tells where the real one can be asked for later.
    public boolean isBackground() {
        return background;
    }

    /// Whether it refers to things whose size its bytes don't tell: images, files, what was said
    /// before, what a tool of the upstream's own may find.
    public boolean refersToMore() {
        return references.found();
    }

    /// Bytes as they came.
    public int size() {
        return bytes.length;
    }

    /// Whether a stream is asked to tell its usage.
    public boolean includesUsage() {
        return includesUsage;
    }

    /// Has a bound where none was said.
    ///
    /// @param member its name in this request's format
    public void bound(String member, long tokens) {
        Edit there = absent.remove(member);
        change(
                there != null
                        ? new Edit(there.from, there.to, Long.toString(tokens))
                        : insert("\"%s\":%d".formatted(member, tokens)));
    }

    /// Has a stream tell its usage.
    public void includeUsage() {
        change(
                inclusion != null
                        ? inclusion
                        : insert("\"%s\":{\"%s\":true}".formatted(OPTIONS, INCLUDE)));
        includesUsage = true;
    }

    private Edit insert(String member) {
        Edit edit = insert(open, member, isEmpty);
        isEmpty = false;
        return edit;
    }

    /// What comes later at the same place goes first: it has its comma.
    private void change(Edit edit) {
        edits.addFirst(edit);
    }

    /// All of its bytes, with what was changed.
    public ByteBuffer bytes() {
        var text = new StringBuilder();
        edits.sort(Comparator.comparingInt(Edit::from));
        int from = 0;
        for (Edit edit : edits) {
            text.append(latin(from, edit.from)).append(edit.text);
            from = edit.to;
        }
        text.append(latin(from, bytes.length));
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A character for each byte, whatever they stand for.
    private String latin(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static Edit insert(int at, String member, boolean alone) {
        return new Edit(at, at, alone ? member : member + ",");
    }

    private void read(JsonParser parser) throws Unusable {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new Unusable("model", "in an object");
        }
        open = end(parser);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            isEmpty = false;
            String name = parser.currentName();
            parser.nextToken();
            member(name, parser);
            parser.skipChildren();
        }
    }

    private void member(String name, JsonParser parser) throws Unusable {
        switch (name) {
            case "model" -> {
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    throw new Unusable(name, "a string");
                }
                model = Optional.of(parser.getString());
            }
            case "max_tokens", "max_completion_tokens", "max_output_tokens" -> {
                if (parser.currentToken() == JsonToken.VALUE_NULL) {
                    absent.put(name, new Edit(start(parser), end(parser), ""));
                } else {
                    most = OptionalLong.of(Math.max(most.orElse(0), count(name, parser)));
                }
            }
            case "n", "best_of" -> {
                if (parser.currentToken() != JsonToken.VALUE_NULL) {
                    answers = Math.max(answers, count(name, parser));
                }
            }
            case "stream" -> stream = flag(name, parser);
            case "background" -> background = flag(name, parser);
            case OPTIONS -> options(parser);
            default -> {
                requireOther(DECISIVE.contains(name), name);
                references.member(name, parser);
            }
        }
    }

    private void options(JsonParser parser) throws Unusable {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            inclusion = new Edit(start(parser), end(parser), "{\"%s\":true}".formatted(INCLUDE));
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Unusable(OPTIONS, "an object");
        }
        int begin = end(parser);
        boolean alone = true;
        Edit said = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            alone = false;
            String name = parser.currentName();
            parser.nextToken();
            requireOther(name.equalsIgnoreCase(INCLUDE) && !name.equals(INCLUDE), name);
            if (name.equals(INCLUDE)) {
                includesUsage = flag(INCLUDE, parser);
                said = new Edit(start(parser), end(parser), "true");
            }
            parser.skipChildren();
        }
        inclusion = said != null ? said : insert(begin, "\"%s\":true".formatted(INCLUDE), alone);
    }

    private static void requireOther(boolean taken, String name) throws Unusable {
        if (taken) {
            throw new Unusable(name, "written in lower case");
        }
    }

    private static boolean flag(String member, JsonParser parser) throws Unusable {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw new Unusable(member, "true or false");
        };
    }

    private static long count(String member, JsonParser parser) throws Unusable {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT
                && parser.getIntValue() > 0) {
            return parser.getIntValue();
        }
        throw new Unusable(member, "a whole number from 1 to 2147483647");
    }

    private static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }
}
