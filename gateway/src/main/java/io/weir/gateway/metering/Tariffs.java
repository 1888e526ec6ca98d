package io.weir.gateway.metering;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
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
/// | `cost-header` | the header of the upstream's answers that states what one cost, in credits |
/// | `max-cost` | in credits; what is set aside, and charged, where it is not known otherwise |
/// | `charged-statuses` | of answers that are charged at the price, `100-399` unless said |
///
/// Tokens that nobody counts have no price that is known: then the most it may cost must be stated.
public final class Tariffs {

    private static final String COST_HEADER = "cost-header";
    private static final String MAX_COST = "max-cost";
    private static final String CHARGED_STATUSES = "charged-statuses";

    /// What a route says, read once.
    private record Terms(@Nullable String header, OptionalLong most, StatusRange statuses) {}

    private final PriceList prices;
    private final OptionalLong most;
    private final LoadingCache<Route, Terms> terms;

    /// @param maxCost of routes that do not state theirs, in credits; empty for none
    public Tariffs(PriceList prices, String maxCost) {
        this.prices = prices;
        this.most = maxCost.isEmpty() ? OptionalLong.empty() : credits(maxCost);
        this.terms = Caffeine.newBuilder().weakKeys().build(this::read);
    }

    /// Whether one has to know a request's model to tell what it costs.
    public boolean askForModel(Route route) {
        return prices.book().map(book -> book.asksForModel(route.getId())).orElse(false);
    }

    /// In which a route's upstream states what an answer cost; null if in none.
    public @Nullable String costHeader(Route route) {
        return terms.get(route).header;
    }

    /// @param model empty for none
    public Quote quote(Route route, String model) {
        Optional<PriceBook> book = prices.book();
        return book.isEmpty()
                ? new Quote.Unknown()
                : quote(terms.get(route), book.get().find(route.getId(), model));
    }

    private static Quote quote(Terms terms, Optional<Price> price) {
        OptionalLong known = known(price);
        boolean stated = terms.header != null;
        if (known.isEmpty() || stated) {
            if (terms.most.isEmpty()) {
                return new Quote.Unpriced();
            }
        }
        long unstated = known.orElseGet(terms.most::getAsLong);
        long reserved = stated ? Math.max(unstated, terms.most.getAsLong()) : unstated;
        return new Quote.Priced(new Charge(reserved, unstated, terms.header, terms.statuses));
    }

    private static OptionalLong known(Optional<Price> price) {
        return price.filter(found -> found.perMillion() == null)
                .map(found -> OptionalLong.of(found.perRequest()))
                .orElse(OptionalLong.empty());
    }

    private Terms read(Route route) {
        String header = text(route, COST_HEADER);
        String stated = text(route, MAX_COST);
        String statuses = text(route, CHARGED_STATUSES);
        return new Terms(
                header,
                stated == null ? most : credits(stated),
                statuses == null ? StatusRange.SUCCESS : StatusRange.parse(statuses));
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
