package io.weir.admin.transfer;

/// One row of a file, as it was read.
sealed interface Row permits RightRow, WrongRow {}
