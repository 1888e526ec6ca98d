package io.weir.gateway.provisioning;

import io.weir.quota.provisioning.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Reads out of a body what it asks for. What an upstream could read otherwise is wrong: a member
/// that differs from the one meant in its case alone, an amount in quotes.
final class BodyReader {

    /// Far below 2^53, so that every JSON parser reads it, and sums stay below 2^63.
    private static final long LARGEST = 1_000_000_000_000L;

    private static final int MOST_SHARES = 100;
    private static final int UUID_LENGTH = 36;
    private static final UUID NOTHING = new UUID(0, 0);

    private final JsonNode body;
    private final List<FieldError> errors = new ArrayList<>();

    private BodyReader(JsonNode body) {
        this.body = body;
    }

    sealed interface Reading {

        record Read(Asked asked) implements Reading {}

        record Wrong(List<FieldError> errors) implements Reading {

            public Wrong {
                errors = List.copyOf(errors);
            }
        }
    }

    static Reading read(Provision provision, JsonNode body) {
        return new BodyReader(body).read(provision);
    }

    private Reading read(Provision provision) {
        Provision.Takes at = provision.takes();
        Map<UUID, Integer> items = new HashMap<>();
        Map<UUID, Integer> backupItems = new HashMap<>();
        var place =
                new Place(
                        provision.entity(),
                        at.dataCenter() == null ? null : uuid(body, "", at.dataCenter()),
                        at.type() == null ? null : type(at.type()),
                        at.cpu() == null ? 0 : amount(body, "", at.cpu(), 0),
                        at.memoryGb() == null ? 0 : amount(body, "", at.memoryGb(), 0),
                        Asked.shares(shares(at.storage(), items)),
                        Asked.shares(shares(at.backupStorage(), backupItems)));
        return errors.isEmpty()
                ? new Reading.Read(new Asked(place, at, items, backupItems))
                : new Reading.Wrong(errors);
    }

    /// The same facility may be named more than once: then it is asked for all of that.
    private Map<UUID, Long> shares(Provision.@Nullable Shares at, Map<UUID, Integer> items) {
        Map<UUID, Long> gigabytes = new LinkedHashMap<>();
        if (at == null) {
            return gigabytes;
        }
        JsonNode list = find(body, "", at.list());
        if (list.isMissingNode() || list.isNull()) {
            return gigabytes;
        }
        if (!list.isArray() || list.size() > MOST_SHARES) {
            wrong(at.list().toString(), "type", "This must be a list of at most 100.");
            return gigabytes;
        }
        for (int i = 0; i < list.size(); i++) {
            String before = "%s/%d".formatted(at.list(), i);
            UUID facility = uuid(list.get(i), before, at.uuid());
            long gb = amount(list.get(i), before, at.amount(), 1);
            items.putIfAbsent(facility, i);
            if (gigabytes.merge(facility, gb, Long::sum) > LARGEST) {
                wrong(before + at.amount(), "range", "This is too much of it.");
            }
        }
        return gigabytes;
    }

    private String type(JsonPointer at) {
        JsonNode node = required(body, "", at);
        String type = node.isString() ? node.stringValue() : "";
        if (!type.equals("payg") && !type.equals("allocation") && !node.isMissingNode()) {
            wrong(at.toString(), "unknown-value", "This must be one of allocation, payg.");
        }
        return type;
    }

    private UUID uuid(JsonNode from, String before, JsonPointer at) {
        JsonNode node = required(from, before, at);
        if (node.isMissingNode()) {
            return NOTHING;
        }
        String text = node.isString() ? node.stringValue() : "";
        try {
            if (text.length() == UUID_LENGTH) {
                return UUID.fromString(text);
            }
        } catch (IllegalArgumentException notOne) {
            // as any other text
        }
        wrong(before + at, "id", "This must be a UUID.");
        return NOTHING;
    }

    private long amount(JsonNode from, String before, JsonPointer at, long least) {
        JsonNode node = required(from, before, at);
        if (node.isMissingNode()) {
            return 0;
        }
        if (!node.isIntegralNumber()) {
            wrong(before + at, "type", "This must be a whole number.");
            return 0;
        }
        boolean fits = node.canConvertToLong();
        if (!fits || node.longValue() < least || node.longValue() > LARGEST) {
            wrong(before + at, "range", "This must be %d to %d.".formatted(least, LARGEST));
            return 0;
        }
        return node.longValue();
    }

    /// Missing where it is wrong.
    private JsonNode required(JsonNode from, String before, JsonPointer at) {
        int known = errors.size();
        JsonNode node = find(from, before, at);
        if (errors.size() > known) {
            return MissingNode.getInstance();
        }
        if (node.isMissingNode()) {
            wrong(before + at, "required", "This is required.");
        } else if (node.isNull()) {
            wrong(before + at, "null", "This must not be null.");
            return MissingNode.getInstance();
        }
        return node;
    }

    /// Some parsers fold case, and take of two members the last.
    private JsonNode find(JsonNode from, String before, JsonPointer at) {
        JsonNode node = from;
        for (JsonPointer left = at; !left.matches(); left = left.tail()) {
            if (node.isArray()) {
                node = node.path(left.getMatchingIndex());
            } else {
                String name = left.getMatchingProperty();
                if (hasSimilar(node, name)) {
                    wrong(before + at, "ambiguous", "'%s' must be written so.".formatted(name));
                }
                node = node.path(name);
            }
        }
        return node;
    }

    private static boolean hasSimilar(JsonNode node, String name) {
        return node.propertyNames().stream()
                .anyMatch(other -> other.equalsIgnoreCase(name) && !other.equals(name));
    }

    private void wrong(String pointer, String code, String detail) {
        errors.add(new FieldError(pointer, code, detail));
    }
}
