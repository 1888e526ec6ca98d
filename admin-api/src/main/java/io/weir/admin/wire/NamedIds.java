package io.weir.admin.wire;

import io.weir.quota.subject.SubjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/// The ids of resellers and what is theirs that a request names, wherever it does: in its path, its
/// query, and the members of its body that hold ids by their name. Text that only looks like an id,
/// as a name may, is none.
public final class NamedIds {

    private static final List<String> PREFIXES =
            Stream.concat(
                            Stream.of(SubjectKind.values()).map(SubjectKind::prefix),
                            Stream.of(
                                            Resource.RULE,
                                            Resource.TOKEN,
                                            Resource.CLIENT_IMPORT,
                                            Resource.CHECKOUT)
                                    .map(Resource::prefix))
                    .toList();
    private static final Set<String> TEXTS = Set.of("q", "cursor");

    /// @param pointer where it stands; empty in the path
    private record Named(String pointer, UUID id) {}

    private final List<Named> named = new ArrayList<>();

    private NamedIds() {}

    public static Mono<NamedIds> of(ServerHttpRequest request) {
        var ids = new NamedIds();
        ids.path(request);
        ids.query(request);
        MediaType type = request.getHeaders().getContentType();
        if (type == null || !type.getSubtype().toLowerCase(Locale.ROOT).endsWith("json")) {
            return Mono.just(ids);
        }
        return DataBufferUtils.join(request.getBody()).doOnNext(ids::body).thenReturn(ids);
    }

    public List<UUID> all() {
        return named.stream().map(Named::id).distinct().toList();
    }

    /// @throws Problem 404 if one is not among these, as if there were nothing with it
    public void requireAmong(Set<UUID> owned) {
        List<Violation> foreign =
                named.stream()
                        .filter(one -> !owned.contains(one.id()))
                        .filter(one -> !one.pointer().isEmpty())
                        .map(
                                one ->
                                        new Violation(
                                                one.pointer(),
                                                "unknown-value",
                                                "There is nothing with this id."))
                        .toList();
        if (named.stream().anyMatch(one -> !owned.contains(one.id()))) {
            throw Problem.notFound(foreign);
        }
    }

    private void path(ServerHttpRequest request) {
        request.getPath().elements().forEach(element -> add("", element.value()));
    }

    private void query(ServerHttpRequest request) {
        for (Map.Entry<String, List<String>> parameter : request.getQueryParams().entrySet()) {
            if (!TEXTS.contains(parameter.getKey())) {
                parameter.getValue().stream()
                        .filter(Objects::nonNull)
                        .forEach(value -> add("?" + parameter.getKey(), value));
            }
        }
    }

    private void body(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        if (bytes.length > 0) {
            members("", "", Json.read(bytes, new Violations()));
        }
    }

    private void members(String pointer, String name, JsonNode node) {
        if (node.isObject()) {
            for (var member : node.properties()) {
                members(pointer + "/" + member.getKey(), member.getKey(), member.getValue());
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                members(pointer + "/" + i, name, node.get(i));
            }
        } else if (node.isString() && holdsIds(name)) {
            add(pointer, node.stringValue());
        }
    }

    private static boolean holdsIds(String member) {
        return member.equals("subject") || member.endsWith("_id") || member.endsWith("_ids");
    }

    private void add(String pointer, String text) {
        for (String prefix : PREFIXES) {
            Ids.find(prefix, text).ifPresent(id -> named.add(new Named(pointer, id)));
        }
    }
}
