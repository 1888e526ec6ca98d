package io.weir.gateway.tokens;

import io.weir.quota.price.Tokens;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Reads what one answer says of its usage, compressed or not, while it passes.
public final class AnswerReader {

    private final UsageReader reader;
    private final Optional<Inflated> bytes;
    private boolean broken;

    private AnswerReader(UsageReader reader, Optional<Inflated> bytes) {
        this.reader = reader;
        this.bytes = bytes;
    }

    /// @param isStream whether it consists of events
    /// @param codings of the header `Content-Encoding`
    public static AnswerReader of(AnswerFormat format, boolean isStream, List<String> codings) {
        var form = isStream ? UsageReader.Form.EVENTS : UsageReader.Form.DOCUMENT;
        var reader = new UsageReader(format, form);
        return new AnswerReader(reader, Inflated.of(String.join(",", codings), reader));
    }

    /// @param part which is left as it is
    public void read(ByteBuffer part) {
        bytes.ifPresent(inflated -> inflated.feed(part));
    }

    /// The answer is over, whole or not. Has to be called.
    public void end() {
        broken |= bytes.map(Inflated::isBroken).orElse(true);
        bytes.ifPresent(Inflated::end);
    }

    /// Whether it is compressed in a way that is not known or is broken, or states what can't be
    /// true. Known once it is over.
    public boolean isUnreadable() {
        return broken || reader.isNonsense();
    }

    /// Whether it came to the end that its format has.
    public boolean isComplete() {
        return reader.isComplete();
    }

    /// As they were stated so far.
    public Optional<Tokens> tokens() {
        return reader.tokens();
    }

    /// Tokens that were delivered, by our own count.
    public long delivered() {
        return reader.estimate();
    }
}
