package io.weir.admin.wire;

import io.weir.quota.subject.SubjectKind;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// Which bodies are files, that come in pieces and are not held in memory: those of imports.
public final class Files {

    private static final MediaType CSV = new MediaType("text", "csv");
    private static final PathPattern TAKES_ONE =
            PathPatternParser.defaultInstance.parse("/api/v1/resellers/{id}/client-imports");

    private Files() {}

    public static boolean isOne(ServerHttpRequest request) {
        return TAKES_ONE.matches(request.getPath().pathWithinApplication())
                && CSV.isCompatibleWith(request.getHeaders().getContentType());
    }

    /// Whose clients are in it.
    ///
    /// @throws Problem 404 if the path names nobody
    public static UUID reseller(ServerHttpRequest request) {
        var path = TAKES_ONE.matchAndExtract(request.getPath().pathWithinApplication());
        return Ids.parse(
                SubjectKind.RESELLER,
                Objects.requireNonNull(Objects.requireNonNull(path).getUriVariables().get("id")));
    }
}
