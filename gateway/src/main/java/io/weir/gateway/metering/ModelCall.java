package io.weir.gateway.metering;

import io.weir.gateway.tokens.ModelRequest;
import io.weir.quota.price.Price;
import io.weir.quota.price.Tokens;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A request to a language model, with what decides what it can cost.
///
/// No text has more tokens than bytes, so the bytes of the body bound what is read, but where it
/// names things that are elsewhere: then the most that its model reads does.
///
/// @param name under which its model is told
/// @param price absent where nobody has set one
/// @param input the most tokens that are read
/// @param hides whether the gateway asks for usage that the caller did not ask for
/// @param ceiling the most tokens that its model writes as one answer; 0 where it writes none
public record ModelCall(
        ModelOperation operation,
        ModelRequest request,
        String name,
        @Nullable Price price,
        StatusRange statuses,
        long input,
        long ceiling,
        boolean hides) {

    /// Of a stream that does not say how long it gets, so much is set aside at a time.
    static final long STEP = 1024;

    /// Whether its caller said how much is written at most.
    public boolean isBounded() {
        return ceiling == 0 || request.most().isPresent();
    }

    /// Set aside whole where its caller said how much that is; else as much as there can be of what
    /// is left, a stream's in steps.
    ///
    /// @param left tokens that may still be used; empty if nothing counts them, as with credits
    public ModelCost cost(OptionalLong left, OptionalLong credits) {
        long output = isBounded() ? stated() : affordable(left, credits);
        boolean limited = left.isPresent() || credits.isPresent();
        boolean inSteps = !isBounded() && (request.isStream() || !limited);
        long first = inSteps ? Math.min(output, times(STEP)) : output;
        return new ModelCost(this, output, first, limited && !isBounded());
    }

    private long stated() {
        return ceiling == 0 ? 0 : times(request.most().orElse(ceiling));
    }

    private long affordable(OptionalLong left, OptionalLong credits) {
        long most = times(ceiling);
        if (left.isPresent()) {
            most = Math.min(most, left.getAsLong() - input);
        }
        if (credits.isPresent() && price != null) {
            most = Math.min(most, price.outputWithin(credits.getAsLong(), input));
        }
        return Math.max(1, most / answers()) * answers();
    }

    long answers() {
        return request.answers();
    }

    private long times(long tokens) {
        return Math.multiplyExact(tokens, answers());
    }

    long price(Tokens tokens) {
        return price == null ? 0 : price.of(tokens);
    }

    long price(long read, long written) {
        return price == null ? 0 : price.atMost(read, written);
    }
}
