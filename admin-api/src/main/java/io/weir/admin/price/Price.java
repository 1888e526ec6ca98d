package io.weir.admin.price;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Money;
import org.jspecify.annotations.Nullable;

/// What a request of a route and model costs, in nano-units of a credit.
record Price(String route, String model, long perRequest, Tokens perMillion) {

    /// Nano-units per million tokens; a class without a price takes that of input or output.
    record Tokens(
            @Nullable Long input,
            @Nullable Long cacheRead,
            @Nullable Long cacheWrite5m,
            @Nullable Long cacheWrite1h,
            @Nullable Long output) {

        private static Tokens read(Body body) {
            var tokens =
                    new Tokens(
                            body.nullable("input", Form.money(), null),
                            body.nullable("cache_read", Form.money(), null),
                            body.nullable("cache_write_5m", Form.money(), null),
                            body.nullable("cache_write_1h", Form.money(), null),
                            body.nullable("output", Form.money(), null));
            body.nothingElse();
            return tokens;
        }

        private Answer.Decimals answer() {
            return new Answer.Decimals(
                    decimal(input),
                    decimal(cacheRead),
                    decimal(cacheWrite5m),
                    decimal(cacheWrite1h),
                    decimal(output));
        }
    }

    /// A price as callers see it, in decimals.
    record Answer(String route, String model, @Nullable String perRequest, Decimals perMillion) {

        record Decimals(
                @Nullable String input,
                @JsonProperty("cache_read") @Nullable String cacheRead,
                @JsonProperty("cache_write_5m") @Nullable String cacheWrite5m,
                @JsonProperty("cache_write_1h") @Nullable String cacheWrite1h,
                @Nullable String output) {}
    }

    private static final int LONGEST_NAME = 200;

    static Price read(Body body) {
        var price =
                new Price(
                        body.required("route", Form.text(LONGEST_NAME), null),
                        body.required("model", Form.text(LONGEST_NAME), null),
                        body.required("per_request", Form.money(), 0L),
                        Tokens.read(body.inner("per_million")));
        body.nothingElse();
        return price;
    }

    Answer answer() {
        return new Answer(route, model, decimal(perRequest), perMillion.answer());
    }

    private static @Nullable String decimal(@Nullable Long nanos) {
        return nanos == null ? null : Money.decimal(nanos);
    }
}
