package io.weir.admin.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was asked of the gateways.
record Usage(
        @Nullable String subject,
        Instant from,
        Instant to,
        String granularity,
        List<String> groupBy,
        Count total,
        List<Item> items) {

    /// How often what came of it.
    ///
    /// @param requests those that were forwarded
    /// @param failed those without an answer of the upstream
    /// @param estimated those under way when their gateway was killed
    record Count(
            long requests, long served, long failed, long canceled, long estimated, long refused) {

        static final Count NONE = of(0, 0, 0, 0, 0);

        static Count of(long served, long failed, long canceled, long estimated, long refused) {
            long forwarded = served + failed + canceled + estimated;
            return new Count(forwarded, served, failed, canceled, estimated, refused);
        }

        Count plus(Count more) {
            return of(
                    served + more.served,
                    failed + more.failed,
                    canceled + more.canceled,
                    estimated + more.estimated,
                    refused + more.refused);
        }
    }

    /// One stretch of time of one group; only what was grouped by is there.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(
            Instant start,
            @Nullable String keyId,
            @Nullable String clientId,
            @Nullable String model,
            @Nullable String route,
            @JsonUnwrapped Count count) {}

    Usage {
        groupBy = List.copyOf(groupBy);
        items = List.copyOf(items);
    }

    static Usage of(Question question, List<Item> items) {
        return new Usage(
                question.subject() == null ? null : question.subject().toString(),
                question.from(),
                question.to(),
                question.granularity().word(),
                question.groups().stream().map(Group::word).toList(),
                items.stream().map(Item::count).reduce(Count.NONE, Count::plus),
                items);
    }
}
