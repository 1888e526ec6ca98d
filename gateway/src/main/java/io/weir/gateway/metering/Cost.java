package io.weir.gateway.metering;

import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Usage;

/// What is known of a request's cost before it is forwarded.
public sealed interface Cost permits Charge, ModelCost {

    /// What is set aside for it, at first.
    Usage reserved();

    /// What it is taken to have used if nobody ever tells.
    Metered worst();

    /// To be kept while it is under way.
    Bill bill();

    /// Under which model it is told; empty for none.
    String model();
}
