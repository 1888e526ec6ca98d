package io.weir.quota.schedule;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/// Time zones as people write them: IANA names (`Europe/Berlin`) and fixed offsets (`UTC+8`,
/// `+05:45`).
public final class Zones {

    private static final Pattern FIXED =
            Pattern.compile("(?:UTC|GMT)?([+-]\\d{1,2}(?::?[0-5]\\d)?)");
    private static final int LONGEST = 64;

    private Zones() {}

    public static Optional<ZoneId> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        if (text.equals("UTC") || text.equals("Z")) {
            return Optional.of(ZoneOffset.UTC);
        }
        try {
            var fixed = FIXED.matcher(text);
            if (fixed.matches()) {
                return Optional.of(ZoneId.ofOffset("UTC", ZoneOffset.of(padded(fixed.group(1)))));
            }
            return ZoneId.getAvailableZoneIds().contains(text)
                    ? Optional.of(ZoneId.of(text))
                    : Optional.empty();
        } catch (DateTimeException notAZone) {
            return Optional.empty();
        }
    }

    /// `+8` and `+08` are hours, `+0830` and `+08:30` hours and minutes; `+8:30` needs its zero.
    private static String padded(String offset) {
        return offset.indexOf(':') == 2 ? offset.charAt(0) + "0" + offset.substring(1) : offset;
    }
}
