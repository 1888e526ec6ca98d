package io.weir.admin.quota;

import com.fasterxml.jackson.annotation.JsonValue;
import io.weir.admin.wire.Money;
import io.weir.quota.policy.QuotaUnit;

/// An amount of a unit as callers see it: a whole number, or credits as a decimal string.
public record Amount(QuotaUnit unit, long value) {

    @JsonValue
    Object shown() {
        return switch (unit) {
            case REQUESTS, TOKENS -> value;
            case CREDITS -> Money.decimal(value);
        };
    }
}
