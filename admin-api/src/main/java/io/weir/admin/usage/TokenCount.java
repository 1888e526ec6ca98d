package io.weir.admin.usage;

import com.fasterxml.jackson.annotation.JsonValue;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import java.util.LinkedHashMap;
import java.util.Map;

/// What models read and wrote. The classes do not overlap; a sum is at most the largest `long`.
///
/// @param estimated how many of all no upstream has reported
record TokenCount(Tokens tokens, long estimated) {

    static final TokenCount NONE = new TokenCount(Tokens.NONE, 0);

    long total() {
        return tokens.total();
    }

    TokenCount plus(TokenCount more) {
        return new TokenCount(tokens.plus(more.tokens), Tokens.sum(estimated, more.estimated));
    }

    @JsonValue
    Map<String, Long> words() {
        Map<String, Long> words = new LinkedHashMap<>();
        words.put("total", total());
        for (TokenClass each : TokenClass.values()) {
            words.put(each.word(), tokens.of(each));
        }
        words.put("estimated", estimated);
        return words;
    }
}
