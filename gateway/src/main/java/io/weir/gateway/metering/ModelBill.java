package io.weir.gateway.metering;

import io.weir.gateway.tokens.AnswerReader;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/// What a request to a language model used:
///
/// | it ended | tokens |
/// |---|---|
/// | with an answer that states them | as stated |
/// | with an answer that states none, cut off, or given up by the caller | what was stated by then, and at least an estimate of what was delivered |
/// | with an answer that can't be read, or states what can't be true | all that it might have used |
/// | given up before an answer began | an estimate of what was read |
/// | with an error of the upstream, or without an answer | none |
///
/// What is stated never counts for more than the request could use: an upstream can't spend a
/// caller's whole balance.
public final class ModelBill implements Bill {

    /// Of usual text; what is estimated is rounded up.
    private static final long BYTES_PER_TOKEN = 4;

    private final ModelCost cost;
    private @Nullable HttpStatusCode status;
    private @Nullable AnswerReader reader;

    ModelBill(ModelCost cost) {
        this.cost = cost;
    }

    public ModelCost cost() {
        return cost;
    }

    @Override
    public synchronized void answered(HttpStatusCode answered, HttpHeaders headers) {
        status = answered;
        if (answered.is2xxSuccessful()) {
            reader =
                    AnswerReader.of(
                            Objects.requireNonNull(cost.call().operation().format()),
                            isStream(headers),
                            headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING));
        }
    }

    /// Bytes of the answer that have arrived, left as they are.
    public synchronized void read(ByteBuffer bytes) {
        if (reader != null) {
            reader.read(bytes);
        }
    }

    /// Tokens of the answer by now, as far as its text tells.
    public synchronized long written() {
        return reader == null ? 0 : reader.delivered();
    }

    /// Whether the answer is known to be of events.
    public static boolean isStream(HttpHeaders headers) {
        MediaType type = headers.getContentType();
        return type != null && type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM);
    }

    @Override
    public synchronized Metered used(Outcome outcome) {
        if (outcome == Outcome.ESTIMATED) {
            return cost.worst();
        }
        if (status == null) {
            return outcome == Outcome.CANCELED ? metered(readOnly(), true) : Metered.requests(1);
        }
        return reader == null ? error(status) : answer(reader);
    }

    /// The price of a request alone, of answers that are charged at it.
    private Metered error(HttpStatusCode told) {
        boolean charged = cost.call().statuses().includes(told.value());
        return charged ? metered(Tokens.NONE, false) : Metered.requests(1);
    }

    private Metered answer(AnswerReader read) {
        read.end();
        if (read.isUnreadable()) {
            return cost.worst(cost.output());
        }
        Optional<Tokens> stated = read.tokens();
        if (stated.isPresent() && read.isComplete()) {
            return metered(stated.get(), false);
        }
        return metered(atLeast(stated.orElse(readOnly()), read.delivered()), true);
    }

    /// The placeholder that a stream begins with is no count of its output.
    private static Tokens atLeast(Tokens stated, long written) {
        return new Tokens(
                stated.input(),
                stated.cacheRead(),
                stated.cacheWrite5m(),
                stated.cacheWrite1h(),
                Math.max(stated.output(), written),
                stated.outputReasoning(),
                stated.audioIn(),
                stated.audioOut());
    }

    private Tokens possible(Tokens tokens) {
        var in = new Room(cost.call().input());
        var out = new Room(cost.output());
        return new Tokens(
                in.take(tokens.input()),
                in.take(tokens.cacheRead()),
                in.take(tokens.cacheWrite5m()),
                in.take(tokens.cacheWrite1h()),
                out.take(tokens.output()),
                out.take(tokens.outputReasoning()),
                in.take(tokens.audioIn()),
                out.take(tokens.audioOut()));
    }

    /// For tokens of several classes together.
    private static final class Room {

        private long left;

        private Room(long left) {
            this.left = left;
        }

        private long take(long tokens) {
            long taken = Math.min(tokens, left);
            left -= taken;
            return taken;
        }
    }

    private Tokens readOnly() {
        long bytes = cost.call().request().size();
        return new Tokens(Math.ceilDiv(bytes, BYTES_PER_TOKEN), 0, 0, 0, 0, 0, 0, 0);
    }

    private Metered metered(Tokens tokens, boolean estimated) {
        Tokens possible = possible(tokens);
        return new Metered(
                1, possible, estimated ? possible.total() : 0, cost.call().price(possible));
    }
}
