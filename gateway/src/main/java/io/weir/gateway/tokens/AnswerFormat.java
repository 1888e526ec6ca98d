package io.weir.gateway.tokens;

import io.weir.gateway.tokens.UsageReader.Form;
import io.weir.quota.price.Tokens;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the formats of answers have their usage and their text, and what their figures mean.
public enum AnswerFormat {

    /// Chat completions, responses and embeddings. Tokens from a cache are among those of the
    /// prompt, those of reasoning among the completion's.
    OPENAI(Member.RESPONSE) {

        @Override
        boolean isText(JsonScanner at, Form form) {
            return OpenAiText.isAt(at, form);
        }

        @Override
        boolean isLast(Member type) {
            return type == Member.RESPONSE_COMPLETED || type == Member.RESPONSE_INCOMPLETE;
        }

        @Override
        Tokens tokens(long input, long output, Map<Figure, Long> figures) {
            long cached = Math.min(of(figures, Figure.CACHED), input);
            long audioIn = Math.min(of(figures, Figure.AUDIO_IN), input - cached);
            long reasoning = Math.min(of(figures, Figure.REASONING), output);
            long audioOut = Math.min(of(figures, Figure.AUDIO_OUT), output - reasoning);
            return new Tokens(
                    input - cached - audioIn,
                    cached,
                    0,
                    0,
                    output - reasoning - audioOut,
                    reasoning,
                    audioIn,
                    audioOut);
        }
    },

    /// Messages. What a cache served or took is not among the input.
    ANTHROPIC(Member.MESSAGE) {

        @Override
        boolean isText(JsonScanner at, Form form) {
            Member within = at.at(0);
            return form == Form.EVENTS
                    ? within == Member.DELTA && at.depth() == 2 && isPiece(at.at(1))
                    : within == Member.CONTENT && at.depth() == 3 && isPiece(at.at(2));
        }

        @Override
        boolean isJsonText(JsonScanner at, Form form) {
            return form == Form.DOCUMENT
                    && at.depth() == 3
                    && at.at(0) == Member.CONTENT
                    && at.at(2) == Member.INPUT;
        }

        @Override
        boolean isLast(Member type) {
            return type == Member.MESSAGE_STOP;
        }

        @Override
        Tokens tokens(long input, long output, Map<Figure, Long> figures) {
            long hour = of(figures, Figure.CACHE_WRITE_1H);
            long written =
                    Math.max(
                            of(figures, Figure.CACHE_WRITE),
                            of(figures, Figure.CACHE_WRITE_5M) + hour);
            long reasoning = Math.min(of(figures, Figure.REASONING), output);
            return new Tokens(
                    input,
                    of(figures, Figure.CACHED),
                    written - hour,
                    hour,
                    output - reasoning,
                    reasoning,
                    0,
                    0);
        }
    };

    private final Member around;

    /// @param around what the whole answer is called in those events that have one
    AnswerFormat(Member around) {
        this.around = around;
    }

    /// Which figure of its usage an answer tells at this place, if any.
    final @Nullable Figure figure(JsonScanner at, Form form) {
        Member first = at.at(0);
        return first == Member.USAGE
                ? Figure.at(at, 1)
                : first == around && at.at(1) == Member.USAGE && form == Form.EVENTS
                        ? Figure.at(at, 2)
                        : null;
    }

    /// Whether a string at this place is a piece of the answer's text.
    abstract boolean isText(JsonScanner at, Form form);

    /// Whether all that stands in an object at this place is.
    boolean isJsonText(JsonScanner at, Form form) {
        return false;
    }

    /// Whether an event of this type is the last of a stream, and nothing failed.
    abstract boolean isLast(Member type);

    abstract Tokens tokens(long input, long output, Map<Figure, Long> figures);

    /// @return nothing where nobody says how long the prompt was; without an output there is none,
    ///   as with embeddings
    Optional<Tokens> tokens(Map<Figure, Long> figures) {
        Long input = figures.get(Figure.INPUT);
        return input == null
                ? Optional.empty()
                : Optional.of(tokens(input, of(figures, Figure.OUTPUT), figures));
    }

    private static boolean isPiece(@Nullable Member member) {
        return member == Member.TEXT || member == Member.THINKING || member == Member.PARTIAL_JSON;
    }

    private static long of(Map<Figure, Long> figures, Figure figure) {
        return figures.getOrDefault(figure, 0L);
    }
}
