package io.weir.quota.usage;

import java.util.Optional;
import java.util.UUID;

/// How a rollup is written on its slots of the journal, one for requests and one for each other
/// unit that occurs: `U|minute|key|client|reseller|outcome|route length|route model`, where the
/// length tells the two names apart, whatever is in them. A key that is in a group is followed by
/// it, as `key+group`. The first letter tells the unit.
public final class RollupLabel {

    private static final char AFTER_UNIT = '|';
    private static final int FIELDS = 8;

    /// What a slot counts.
    public record Counted(Rollup rollup, RollupUnit unit) {}

    private RollupLabel() {}

    static String of(Rollup rollup, RollupUnit unit) {
        return String.valueOf(unit.letter())
                + AFTER_UNIT
                + rollup.minute()
                + '|'
                + rollup.keyId()
                + (rollup.groupId() == null ? "" : "+" + rollup.groupId())
                + '|'
                + (rollup.clientId() == null ? "" : rollup.clientId())
                + '|'
                + rollup.resellerId()
                + '|'
                + rollup.outcome()
                + '|'
                + rollup.route().length()
                + '|'
                + rollup.route()
                + rollup.model();
    }

    /// What a label names, or nothing if it is another kind of label.
    public static Optional<Counted> parse(String label) {
        return label.length() > 1 && label.charAt(1) == AFTER_UNIT
                ? RollupUnit.of(label.charAt(0)).map(unit -> new Counted(rollup(label), unit))
                : Optional.empty();
    }

    private static Rollup rollup(String label) {
        String[] fields = label.split("\\|", FIELDS);
        String[] key = fields[2].split("\\+", 2);
        int route = Integer.parseInt(fields[6]);
        return new Rollup(
                Long.parseLong(fields[1]),
                UUID.fromString(key[0]),
                key.length == 1 ? null : UUID.fromString(key[1]),
                fields[3].isEmpty() ? null : UUID.fromString(fields[3]),
                UUID.fromString(fields[4]),
                fields[7].substring(0, route),
                fields[7].substring(route),
                Outcome.valueOf(fields[5]));
    }
}
