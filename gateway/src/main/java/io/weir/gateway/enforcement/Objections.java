package io.weir.gateway.enforcement;

import io.weir.gateway.provisioning.FieldError;
import io.weir.quota.provisioning.Obstacle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stands in the way of a request, field by field.
///
/// @param limits those of the reseller that have no room for it
record Objections(List<FieldError> errors, List<Obstacle.Exceeded> limits) {

    static final Objections NONE = new Objections(List.of(), List.of());

    Objections {
        errors = List.copyOf(errors);
        limits = List.copyOf(limits);
    }

    String detail() {
        if (errors.size() != 1) {
            return errors.size() + " things are wrong with this request, see errors.";
        }
        FieldError only = errors.getFirst();
        return only.pointer().isEmpty() ? only.detail() : only.pointer() + ": " + only.detail();
    }

    /// As the admin API tells them.
    void describe(Map<String, Object> body) {
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        if (!limits.isEmpty()) {
            List<Map<String, @Nullable Object>> told = new ArrayList<>();
            limits.forEach(limit -> told.add(limit(limit)));
            body.put("limits", told);
        }
    }

    private static Map<String, @Nullable Object> limit(Obstacle.Exceeded exceeded) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("limit", exceeded.limit());
        told.put("facility", exceeded.facility());
        told.put("max", exceeded.max());
        told.put("used", exceeded.used());
        told.put("asked", exceeded.asked());
        return told;
    }
}
