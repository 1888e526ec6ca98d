package io.weir.admin.database;

import io.r2dbc.spi.R2dbcException;

/// Why the database refused a statement, as the state it gives.
public final class Refusals {

    public static final String NOTHING_THERE = "P0002";
    public static final String OUT_OF_RANGE = "22003";
    public static final String CHECK = "23514";

    /// Of an account.
    public static final String TOO_LITTLE = "WE007";

    private Refusals() {}

    /// The state of the first cause that has one; empty if none has.
    public static String state(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof R2dbcException raised && raised.getSqlState() != null) {
                return raised.getSqlState();
            }
        }
        return "";
    }
}
