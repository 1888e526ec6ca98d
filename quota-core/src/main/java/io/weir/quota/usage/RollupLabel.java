package io.weir.quota.usage;

import java.util.Optional;
import java.util.UUID;

/// How a rollup is written on its slot of the journal: `U|minute|key|client|reseller|outcome|route
/// length|route model`, where the length tells the two names apart, whatever is in them. A key that
/// is in a group is followed by it, as `key+group`.
public final class RollupLabel {

    private static final String KIND = "U|";
    private static final int FIELDS = 8;

    private RollupLabel() {}

    static String of(Rollup rollup) {
        return KIND
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

    /// The rollup that a label names, or nothing if it is another kind of label.
    public static Optional<Rollup> parse(String label) {
        if (!label.startsWith(KIND)) {
            return Optional.empty();
        }
        String[] fields = label.split("\\|", FIELDS);
        String[] key = fields[2].split("\\+", 2);
        int route = Integer.parseInt(fields[6]);
        return Optional.of(
                new Rollup(
                        Long.parseLong(fields[1]),
                        UUID.fromString(key[0]),
                        key.length == 1 ? null : UUID.fromString(key[1]),
                        fields[3].isEmpty() ? null : UUID.fromString(fields[3]),
                        UUID.fromString(fields[4]),
                        fields[7].substring(0, route),
                        fields[7].substring(route),
                        Outcome.valueOf(fields[5])));
    }
}
