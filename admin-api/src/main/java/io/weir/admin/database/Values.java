package io.weir.admin.database;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// Values on their way into statements and out of rows, where the driver needs a type for null, or
/// has another for instants.
public final class Values {

    private Values() {}

    public static Parameter orNull(Class<?> type, @Nullable Object value) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }

    public static Parameter orNull(@Nullable Instant value) {
        return value == null ? Parameters.in(OffsetDateTime.class) : Parameters.in(utc(value));
    }

    public static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    public static <T> T get(Readable row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("Column " + column + " is null");
        }
        return value;
    }

    public static <T> @Nullable T orNull(Readable row, String column, Class<T> type) {
        return row.get(column, type);
    }

    public static Instant instant(Readable row, String column) {
        return get(row, column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Instant instantOrNull(Readable row, String column) {
        var value = row.get(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
