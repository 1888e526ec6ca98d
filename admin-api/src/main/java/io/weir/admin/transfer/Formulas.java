package io.weir.admin.transfer;

import java.util.regex.Pattern;

/// Keeps spreadsheets from running a cell: `'` is put before what they take for a formula, and
/// taken off again. A cell that has such a `'` by itself gets a second one, so that nothing changes
/// on its way out and in.
final class Formulas {

    private static final Pattern STARTS = Pattern.compile("'*[=+\\-@\t\r].*", Pattern.DOTALL);

    private Formulas() {}

    static String neutralised(String cell) {
        return STARTS.matcher(cell).matches() ? "'" + cell : cell;
    }

    static String restored(String cell) {
        return cell.startsWith("'") && STARTS.matcher(cell).matches() ? cell.substring(1) : cell;
    }
}
