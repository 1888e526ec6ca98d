package io.weir.admin.transfer;

import java.util.List;

/// @param errors everything that is wrong with it
record WrongRow(List<RowError> errors) implements Row {

    WrongRow {
        errors = List.copyOf(errors);
    }

    WrongRow(RowError error) {
        this(List.of(error));
    }
}
