package io.weir.admin.price;

import java.util.List;

/// All prices, as one resource.
record PriceBook(List<Price> prices, long revision) {

    PriceBook {
        prices = List.copyOf(prices);
    }
}
