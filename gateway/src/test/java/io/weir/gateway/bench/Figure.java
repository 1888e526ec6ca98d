package io.weir.gateway.bench;

/// One thing that was measured of Weir alone.
///
/// @param id of the stage it comes from: the specification's, or a word where that has none
/// @param name in JSON
/// @param meaning to who reads the table, with the unit
record Figure(String id, String name, String meaning, double value) {

    private static final String ERRORS = "errors";

    /// Of the requests behind the other figures of the same id: none of them is to be trusted
    /// unless this is 0.
    static Figure errors(String id, long errors) {
        return new Figure(id, ERRORS, "errors", errors);
    }

    /// What the specification calls it, if anything.
    String target() {
        return id.startsWith("S") ? id : "";
    }

    boolean isTrusted() {
        return !name.equals(ERRORS) || value == 0;
    }
}
