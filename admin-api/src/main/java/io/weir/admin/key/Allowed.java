package io.weir.admin.key;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.quota.policy.AddressRange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// What a key may be used for; null is everything.
///
/// @param models by name, or by its beginning and a `*`
/// @param cidrs ranges of addresses, or single ones
record Allowed(
        @Nullable List<String> routes,
        @Nullable List<String> models,
        @Nullable List<String> cidrs) {

    static final Allowed ALL = new Allowed(null, null, null);

    private static final int MOST = 100;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_CIDR = 64;

    static Allowed read(Body body, Allowed now) {
        var name = Form.text(LONGEST_NAME);
        var model =
                name.matching(
                        "model",
                        "This must be a model, or how it begins and one * at the end.",
                        text -> text.indexOf('*') < 0 || text.indexOf('*') == text.length() - 1);
        var cidr =
                Form.text(LONGEST_CIDR)
                        .matching(
                                "cidr",
                                "This must be an address or a range such as 10.0.0.0/8.",
                                text -> AddressRange.parse(text).isPresent());
        return new Allowed(
                body.nullableList("allowed_routes", name, MOST, now.routes),
                body.nullableList("allowed_models", model, MOST, now.models),
                body.nullableList("allowed_cidrs", cidr, MOST, now.cidrs));
    }

    static Allowed of(Readable row) {
        return new Allowed(
                texts(row, "allowed_routes"),
                texts(row, "allowed_models"),
                texts(row, "allowed_cidrs"));
    }

    /// @param first the place of the first of the three parameters
    GenericExecuteSpec bind(GenericExecuteSpec statement, int first) {
        return statement
                .bind(first, Values.orNull(String[].class, array(routes)))
                .bind(first + 1, Values.orNull(String[].class, array(models)))
                .bind(first + 2, Values.orNull(String[].class, array(cidrs)));
    }

    private static @Nullable List<String> texts(Readable row, String column) {
        String[] texts = Values.orNull(row, column, String[].class);
        return texts == null ? null : List.of(texts);
    }

    private static String @Nullable [] array(@Nullable List<String> texts) {
        return texts == null ? null : texts.toArray(String[]::new);
    }
}
