package io.weir.gateway.metering;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Under which names usage of models is told. Callers may write anything as a model, so a name is
/// told that has a price or that an upstream has served, up to a number; all else is `other`.
public final class ModelNames {

    public static final String OTHER = "other";

    private static final int MOST = 200;
    private static final Pattern USUAL = Pattern.compile("[\\w.:/@+-]{1,64}");

    private final PriceList prices;
    private final Set<String> served = ConcurrentHashMap.newKeySet();

    public ModelNames(PriceList prices) {
        this.prices = prices;
    }

    /// An upstream has told what this model used.
    public void served(String model) {
        if (served.size() < MOST && USUAL.matcher(model).matches()) {
            served.add(model);
        }
    }

    /// @param model empty for none, and then told so
    public String told(String route, String model) {
        return model.isEmpty() || served.contains(model) || isPriced(route, model) ? model : OTHER;
    }

    private boolean isPriced(String route, String model) {
        return USUAL.matcher(model).matches()
                && prices.book().filter(book -> book.names(route, model)).isPresent();
    }
}
