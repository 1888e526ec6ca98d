package io.weir.admin.usage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was asked of the gateways.
///
/// @param breakdown the total, told apart as asked, the largest first
/// @param peakDay the day with most forwarded requests, the first of several; null if none was
record Usage(
        @Nullable String subject,
        Instant from,
        Instant to,
        String granularity,
        List<String> groupBy,
        Count total,
        @Nullable PeakDay peakDay,
        List<Share> breakdown,
        List<Item> items) {

    /// How often what came of it.
    ///
    /// @param requests those that were forwarded
    /// @param failed those without an answer of the upstream
    /// @param estimated those under way when their gateway was killed
    /// @param nanos what was spent at client price; a sum of nano-units may exceed a `long`
    record Count(
            long requests,
            long served,
            long failed,
            long canceled,
            long estimated,
            long refused,
            TokenCount tokens,
            @JsonIgnore BigDecimal nanos) {

        static final Count NONE = of(0, 0, 0, 0, 0, TokenCount.NONE, BigDecimal.ZERO);

        static Count of(
                long served,
                long failed,
                long canceled,
                long estimated,
                long refused,
                TokenCount tokens,
                BigDecimal nanos) {
            long forwarded = served + failed + canceled + estimated;
            return new Count(
                    forwarded, served, failed, canceled, estimated, refused, tokens, nanos);
        }

        @JsonProperty
        String credits() {
            return Money.decimal(nanos);
        }

        Count plus(Count more) {
            return of(
                    served + more.served,
                    failed + more.failed,
                    canceled + more.canceled,
                    estimated + more.estimated,
                    refused + more.refused,
                    tokens.plus(more.tokens),
                    nanos.add(more.nanos));
        }
    }

    /// What was grouped by; all else is absent, and so is the group of a key that was in none.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Part(
            @Nullable String keyId,
            @Nullable String groupId,
            @Nullable String clientId,
            @Nullable String model,
            @Nullable String route) {}

    /// One stretch of time of one part.
    record Item(Instant start, @JsonUnwrapped Part part, @JsonUnwrapped Count count) {}

    /// All of one part.
    record Share(@JsonUnwrapped Part part, @JsonUnwrapped Count count) {}

    record PeakDay(LocalDate date, long requests) {}

    Usage {
        groupBy = List.copyOf(groupBy);
        breakdown = List.copyOf(breakdown);
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
                peakDay(items),
                question.groups().isEmpty() ? List.of() : breakdown(items, question.groups()),
                items);
    }

    private static List<Share> breakdown(List<Item> items, Set<Group> groups) {
        Map<Part, Count> parts = new LinkedHashMap<>();
        items.forEach(item -> parts.merge(item.part(), item.count(), Count::plus));
        return parts.entrySet().stream()
                .map(part -> new Share(part.getKey(), part.getValue()))
                .sorted(bySize(groups).reversed())
                .toList();
    }

    /// Models are large by their tokens, all else by its requests.
    private static Comparator<Share> bySize(Set<Group> groups) {
        Comparator<Share> requests = Comparator.comparingLong(share -> share.count().requests());
        Comparator<Share> tokens = Comparator.comparingLong(share -> share.count().tokens.total());
        return (groups.contains(Group.MODEL)
                        ? tokens.thenComparing(requests)
                        : requests.thenComparing(tokens))
                .thenComparingLong(share -> share.count().refused());
    }

    /// Of days in UTC: no item, however long, is part of two.
    private static @Nullable PeakDay peakDay(List<Item> items) {
        Map<LocalDate, Long> days = new TreeMap<>();
        for (Item item : items) {
            LocalDate day = LocalDate.ofInstant(item.start(), ZoneOffset.UTC);
            days.merge(day, item.count().requests(), Long::sum);
        }
        PeakDay peak = null;
        for (var day : days.entrySet()) {
            if (day.getValue() > (peak == null ? 0 : peak.requests())) {
                peak = new PeakDay(day.getKey(), day.getValue());
            }
        }
        return peak;
    }
}
