package io.weir.admin.transfer;

import io.weir.admin.allocation.Allocation;

record RightRow(long line, Allocation allocation) implements Row {}
