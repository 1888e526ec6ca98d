package io.weir.gateway.metering;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.weir.gateway.tokens.ModelRequest;
import io.weir.quota.price.Credits;
import io.weir.quota.price.Price;
import io.weir.quota.price.PriceBook;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;

/// What requests of each route cost, by the price book and by what the route says of itself in its
/// metadata:
///
/// | metadata | |
/// |---|---|
/// | `max-cost` | in credits; what is set aside, and charged, where it is not known otherwise |
/// | `charged-statuses` | of answers that are charged at the price, `100-399` unless said |
/// | `max-output-tokens` | the most that models write where callers don't say: a number, or one for each model |
/// | `max-input-tokens` | the most that models read; without it, as much as there are bytes |
///
/// Tokens that nobody counts have no price that is known: then the most it may cost must be stated.
public final class Tariffs {

    private static final String MAX_COST = "max-cost";
    private static final String CHARGED_STATUSES = "charged-statuses";
    private static final String MAX_OUTPUT = "max-output-tokens";
    private static final String MAX_INPUT = "max-input-tokens";

    /// The largest that models in common use write.
    private static final long USUAL_OUTPUT = 128_000;

    /// The largest context of models in common use, for what a body refers to without holding it.
    private static final long USUAL_INPUT = 200_000;

    /// What a route says, read once.
    ///
    /// @param reads null where nothing but the bytes of a body bounds what is read
    private record Terms(
            Meter meter,
            OptionalLong most,
            StatusRange statuses,
            Ceiling writes,
            @Nullable Ceiling reads) {

        @Nullable String header() {
            return meter instanceof Meter.Stated(String header) ? header : null;
        }
    }

    private final PriceList prices;
    private final OptionalLong most;
    private final LoadingCache<Route, Terms> terms;

    /// @param maxCost of routes that do not state theirs, in credits; empty for none
    public Tariffs(PriceList prices, String maxCost) {
        this.prices = prices;
        this.most = maxCost.isEmpty() ? OptionalLong.empty() : credits(maxCost);
        this.terms =
                Caffeine.newBuilder()
                        .weakKeys()
                        // less work than to wake another thread for it
                        .executor(Runnable::run)
                        .build(this::read);
    }

    /// Whether one has to know a request's model to tell what it costs.
    public boolean askForModel(Route route) {
        return prices.book().map(book -> book.asksForModel(route.getId())).orElse(false);
    }

    /// In which a route's upstream states what an answer cost; null if in none.
    public @Nullable String costHeader(Route route) {
        return terms.get(route).header();
    }

    public Meter meter(Route route) {
        return terms.get(route).meter;
    }

    /// Whether anything on a route has a price.
    public boolean isPriced(Route route) {
        return prices.book().map(book -> book.prices(route.getId())).orElse(false);
    }

    /// @param model empty for none
    public Quote quote(Route route, String model) {
        Optional<PriceBook> book = prices.book();
        return book.isEmpty()
                ? new Quote.Unknown()
                : quote(terms.get(route), book.get().find(route.getId(), model), model);
    }

    /// What one to a language model can cost.
    public ModelQuote quote(Route route, ModelOperation operation, ModelRequest request) {
        Optional<PriceBook> book = prices.book();
        return book.isEmpty()
                ? new ModelQuote.Unknown()
                : new ModelQuote.Known(call(route, book.get(), operation, request));
    }

    private ModelCall call(
            Route route, PriceBook book, ModelOperation operation, ModelRequest request) {
        Terms stated = terms.get(route);
        String model = request.model().orElse("");
        Price price =
                book.find(route.getId(), model)
                        .orElseGet(() -> stated.most.isEmpty() ? null : atMost(stated.most));
        return new ModelCall(
                operation,
                request,
                model,
                price,
                stated.statuses,
                input(stated.reads, model, request),
                operation.bound().isEmpty() ? 0 : stated.writes.of(model),
                operation.hidesUsage(request));
    }

    private static Price atMost(OptionalLong credits) {
        return new Price(credits.getAsLong(), null);
    }

    private static long input(@Nullable Ceiling reads, String model, ModelRequest request) {
        if (request.refersToMore()) {
            return Math.max(request.size(), reads == null ? USUAL_INPUT : reads.of(model));
        }
        return reads == null ? request.size() : Math.min(request.size(), reads.of(model));
    }

    private static Quote quote(Terms terms, Optional<Price> price, String model) {
        OptionalLong known = known(price);
        boolean stated = terms.header() != null;
        if (known.isEmpty() || stated) {
            if (terms.most.isEmpty()) {
                return new Quote.Unpriced();
            }
        }
        long unstated = known.orElseGet(terms.most::getAsLong);
        long reserved = stated ? Math.max(unstated, terms.most.getAsLong()) : unstated;
        return new Quote.Priced(
                new Charge(reserved, unstated, terms.header(), terms.statuses, model));
    }

    private static OptionalLong known(Optional<Price> price) {
        return price.filter(found -> found.perMillion() == null)
                .map(found -> OptionalLong.of(found.perRequest()))
                .orElse(OptionalLong.empty());
    }

    private Terms read(Route route) {
        String stated = text(route, MAX_COST);
        String statuses = text(route, CHARGED_STATUSES);
        Object reads = route.getMetadata().get(MAX_INPUT);
        return new Terms(
                Meter.of(route),
                stated == null ? most : credits(stated),
                statuses == null ? StatusRange.SUCCESS : StatusRange.parse(statuses),
                Ceiling.parse(route.getMetadata().get(MAX_OUTPUT), USUAL_OUTPUT),
                reads == null ? null : Ceiling.parse(reads, USUAL_INPUT));
    }

    private static @Nullable String text(Route route, String name) {
        Object value = route.getMetadata().get(name);
        return value == null ? null : value.toString();
    }

    private static OptionalLong credits(String decimal) {
        OptionalLong credits = Credits.parse(decimal);
        if (credits.isEmpty()) {
            throw new IllegalArgumentException("No amount of credits: " + decimal);
        }
        return credits;
    }
}
