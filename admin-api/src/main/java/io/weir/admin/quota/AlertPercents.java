package io.weir.admin.quota;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// At how many percent of its quotas somebody wants to know of a key, a group or a client:
/// ascending, each once, and none of them for no alerts.
public final class AlertPercents {

    private static final String FIELD = "alert_percents";
    private static final int MOST = 10;
    public static final List<Long> USUAL = List.of(80L);

    private AlertPercents() {}

    /// @param now what holds so far, null for a new subject
    public static List<Long> read(Body body, @Nullable List<Long> now) {
        List<Long> percents =
                body.list(FIELD, Form.integer(1, 100), 0, MOST, now == null ? USUAL : now);
        return percents.stream().sorted().toList();
    }

    public static List<Long> of(Readable row) {
        return Arrays.stream(Values.get(row, FIELD, Integer[].class))
                .map(Integer::longValue)
                .toList();
    }

    public static Integer[] stored(List<Long> percents) {
        return percents.stream().map(Long::intValue).toArray(Integer[]::new);
    }
}
