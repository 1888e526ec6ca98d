package io.weir.gateway.metering;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The most tokens that models can read or write, as a route's metadata states it: one number, or
/// one for each model, with `*` for the others.
record Ceiling(Map<String, Long> models, long others) {

    private static final String OTHERS = "*";
    private static final long LARGEST = 1_000_000_000;

    Ceiling {
        models = Map.copyOf(models);
    }

    /// @param stated absent for the usual
    /// @throws IllegalArgumentException for anything else than numbers from 1 to 10^9
    static Ceiling parse(@Nullable Object stated, long usual) {
        if (!(stated instanceof Map<?, ?> byModel)) {
            return new Ceiling(Map.of(), stated == null ? usual : number(stated));
        }
        Map<String, Long> models = new HashMap<>();
        byModel.forEach((model, tokens) -> models.put(model.toString(), number(tokens)));
        Long others = models.remove(OTHERS);
        return new Ceiling(models, others == null ? usual : others);
    }

    long of(String model) {
        return models.getOrDefault(model, others);
    }

    private static long number(Object tokens) {
        long number = Long.parseLong(tokens.toString());
        if (number < 1 || number > LARGEST) {
            throw new IllegalArgumentException("No number of tokens: " + tokens);
        }
        return number;
    }
}
