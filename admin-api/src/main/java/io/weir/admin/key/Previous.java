package io.weir.admin.key;

import java.time.Instant;

/// The secret that was replaced by the one in use, as long as it still works.
record Previous(String prefix, String lastFour, Instant expiresAt) {}
