package io.weir.gateway.tokens;

import static io.weir.gateway.tokens.Member.ARGUMENTS;
import static io.weir.gateway.tokens.Member.CONTENT;
import static io.weir.gateway.tokens.Member.CUSTOM;
import static io.weir.gateway.tokens.Member.FUNCTION;
import static io.weir.gateway.tokens.Member.INPUT;
import static io.weir.gateway.tokens.Member.SUMMARY;
import static io.weir.gateway.tokens.Member.TEXT;
import static io.weir.gateway.tokens.Member.TOOL_CALLS;

import io.weir.gateway.tokens.UsageReader.Form;
import org.jspecify.annotations.Nullable;

/// Where OpenAI's answers have their text. Events of responses tell it twice, in pieces and then
/// whole; only the pieces count.
final class OpenAiText {

    private OpenAiText() {}

    static boolean isAt(JsonScanner at, Form form) {
        Member first = at.at(0);
        if (first == Member.CHOICES) {
            return isOfChoice(at, form == Form.EVENTS ? Member.DELTA : Member.MESSAGE);
        }
        return form == Form.EVENTS
                ? first == Member.DELTA && at.depth() == 1
                : first == Member.OUTPUT && isOfOutput(at);
    }

    /// Of legacy completions, `choices[].text`.
    private static boolean isOfChoice(JsonScanner at, Member message) {
        return at.at(2) == message ? isOfMessage(at) : at.at(2) == TEXT && at.depth() == 3;
    }

    private static boolean isOfMessage(JsonScanner at) {
        return switch (at.depth()) {
            case 4 -> isSaid(at.at(3));
            case 5 -> at.at(3) == Member.FUNCTION_CALL && at.at(4) == ARGUMENTS;
            case 6 -> at.at(3) == CONTENT && at.at(5) == TEXT;
            case 7 -> at.at(3) == TOOL_CALLS && isOfCall(at.at(5), at.at(6));
            default -> false;
        };
    }

    private static boolean isSaid(@Nullable Member member) {
        return member == CONTENT
                || member == Member.REASONING
                || member == Member.REASONING_CONTENT
                || member == Member.REFUSAL;
    }

    private static boolean isOfCall(@Nullable Member called, @Nullable Member member) {
        return (called == FUNCTION && member == ARGUMENTS) || (called == CUSTOM && member == INPUT);
    }

    private static boolean isOfOutput(JsonScanner at) {
        Member member = at.at(2);
        return switch (at.depth()) {
            case 3 -> member == ARGUMENTS || member == INPUT || member == Member.CODE;
            case 5 ->
                    (member == CONTENT || member == SUMMARY)
                            && (at.at(4) == TEXT || at.at(4) == Member.REFUSAL);
            default -> false;
        };
    }
}
