package io.weir.gateway.upstream;

import java.util.ArrayList;
import java.util.List;

/// What the model says: the last message back, cut at the caller's limit. A word is a token, so
/// that usage can be counted by hand.
record Reply(List<String> words, boolean cut) {

    static Reply to(String message, int limit) {
        var words = new ArrayList<>(List.of("You", "said:"));
        words.addAll(wordsOf(message));
        boolean cut = words.size() > limit;
        return new Reply(List.copyOf(cut ? words.subList(0, limit) : words), cut);
    }

    static int tokensOf(String text) {
        return wordsOf(text).size();
    }

    int tokens() {
        return words.size();
    }

    String text() {
        return String.join(" ", words);
    }

    /// The words as they are streamed, which put together are the text.
    List<String> pieces() {
        var pieces = new ArrayList<String>();
        for (String word : words) {
            pieces.add(pieces.isEmpty() ? word : " " + word);
        }
        return pieces;
    }

    private static List<String> wordsOf(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
