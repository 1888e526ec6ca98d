package io.weir.admin.transfer;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Files;
import io.weir.admin.wire.Query;
import java.util.UUID;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What is asked of an import, and by whom.
record Order(UUID reseller, Principal by, boolean dryRun, Mode mode) {

    static Order of(ServerHttpRequest request, Principal by) {
        var query = new Query(request);
        boolean dryRun = query.flag("dry_run");
        String mode = query.oneOf("mode", Mode.WORDS);
        query.nothingElse();
        return new Order(
                Files.reseller(request), by, dryRun, mode == null ? Mode.ATOMIC : Mode.of(mode));
    }
}
