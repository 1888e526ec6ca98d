package io.weir.admin.provisioning;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What paths below a reseller name: `/api/v1/reseller/{id}/{list}/{uuid}`.
final class Lists {

    private static final int SEGMENT = 5;

    private Lists() {}

    static String of(ServerHttpRequest request) {
        return request.getPath().value().split("/", -1)[SEGMENT];
    }

    /// @throws Problem 404 if it is no id: then there is nothing with it either
    static UUID parse(String uuid) {
        return Ids.plain(uuid).orElseThrow(Problem::notFound);
    }
}
