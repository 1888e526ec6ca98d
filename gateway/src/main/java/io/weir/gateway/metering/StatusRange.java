package io.weir.gateway.metering;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Statuses from one to another, both included, written `200-399`.
record StatusRange(int first, int last) {

    static final StatusRange SUCCESS = new StatusRange(100, 399);

    private static final Pattern FORM = Pattern.compile("([1-5][0-9][0-9])-([1-5][0-9][0-9])");

    /// @throws IllegalArgumentException for any other text
    static StatusRange parse(String text) {
        Matcher range = FORM.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("No range of statuses: " + text);
        }
        return new StatusRange(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
    }

    boolean includes(int status) {
        return first <= status && status <= last;
    }
}
