package io.weir.admin.key;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Problem;
import org.jspecify.annotations.Nullable;

/// What a new key is sold for, and what of that its reseller pays, in nano-units: said once, for
/// the key's life.
record NewBudget(long price, long cost) {

    static @Nullable NewBudget read(Body body) {
        return body.nullableObject("budget", NewBudget::members, null);
    }

    private static NewBudget members(Body body) {
        long price = body.required("price", Form.payment(), null);
        long cost = body.required("cost", Form.payment(), null);
        body.nothingElse();
        if (price > 0 && cost > price) {
            body.violates("cost", "range", "This must not be more than the price.");
        }
        return new NewBudget(price, cost);
    }

    static Problem insufficient() {
        return Problem.invalid(
                "/budget/cost",
                "insufficient-balance",
                "What the reseller has available does not cover it.");
    }
}
