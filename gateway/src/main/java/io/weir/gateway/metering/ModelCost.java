package io.weir.gateway.metering;

import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Usage;
import java.nio.ByteBuffer;

/// What a request to a language model can cost.
///
/// @param output the most tokens that are written
/// @param first of these, what is set aside before it is forwarded
/// @param isOurs whether the bound is ours, and has to be told to the upstream
public record ModelCost(ModelCall call, long output, long first, boolean isOurs) implements Cost {

    @Override
    public Usage reserved() {
        return usage(1, call.input(), first);
    }

    @Override
    public Metered worst() {
        return worst(first);
    }

    /// @param written so many tokens of the output
    public Metered worst(long written) {
        return new Metered(
                1,
                new Tokens(call.input(), 0, 0, 0, written, 0, 0, 0),
                call.input() + written,
                call.price(call.input(), written));
    }

    /// What a further piece of the output takes on top.
    ///
    /// @param from tokens that are set aside by now
    public Usage more(long from, long tokens) {
        return new Usage(
                0,
                tokens,
                call.price(call.input(), from + tokens) - call.price(call.input(), from));
    }

    @Override
    public ModelBill bill() {
        return new ModelBill(this);
    }

    @Override
    public String model() {
        return call.name();
    }

    /// The most that is set aside from now on when a stream comes near to what it has.
    public long step(long reserved) {
        return Math.min(output - reserved, ModelCall.STEP * call.answers());
    }

    /// The body as it is forwarded.
    public ByteBuffer forwarded() {
        var request = call.request();
        if (call.hides()) {
            request.includeUsage();
        }
        if (isOurs) {
            call.operation().bound().ifPresent(member -> request.bound(member, bound()));
        }
        return request.bytes();
    }

    private long bound() {
        return output / call.answers();
    }

    private Usage usage(long requests, long read, long written) {
        return new Usage(requests, read + written, call.price(read, written));
    }
}
