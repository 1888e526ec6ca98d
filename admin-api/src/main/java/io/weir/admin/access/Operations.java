package io.weir.admin.access;

import io.weir.admin.wire.OpenApi;
import io.weir.admin.wire.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// All operations with their roles and scopes, as the OpenAPI document declares them: it is the one
/// place. What is not described there is nobody's, whatever the code has.
@Component
final class Operations {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    /// As the framework finds the handler: what is said literally before what is variable.
    private final List<Operation> operations;

    Operations() {
        List<Operation> described = new ArrayList<>();
        for (var path : OpenApi.read().get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey()) && !isOpen(operation.getValue())) {
                    described.add(
                            Operation.of(operation.getKey(), path.getKey(), operation.getValue()));
                }
            }
        }
        described.sort(Comparator.comparing(Operation::path));
        operations = List.copyOf(described);
    }

    private static boolean isOpen(JsonNode operation) {
        return operation.has("security") && operation.get("security").isEmpty();
    }

    /// @throws Problem 404 or 405 if nothing like that is described
    Operation of(ServerHttpRequest request) {
        PathContainer path = request.getPath().pathWithinApplication();
        List<Operation> there = at(path);
        if (there.isEmpty()) {
            throw Problem.notFound();
        }
        HttpMethod method =
                HttpMethod.HEAD.equals(request.getMethod()) ? HttpMethod.GET : request.getMethod();
        return there.stream()
                .filter(operation -> operation.method().equals(method))
                .findFirst()
                .orElseThrow(() -> notAllowed(there));
    }

    /// What can be granted to a token.
    Set<String> scopes() {
        return Stream.concat(Stream.of(Scopes.ALL), operations.stream().map(Operation::scope))
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<Operation> at(PathContainer path) {
        return operations.stream()
                .filter(operation -> operation.path().matches(path))
                .findFirst()
                .map(
                        nearest ->
                                operations.stream()
                                        .filter(one -> one.path().equals(nearest.path()))
                                        .toList())
                .orElse(List.of());
    }

    private static Problem notAllowed(List<Operation> there) {
        return new Problem(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "This is not done with this method.")
                .with(
                        HttpHeaders.ALLOW,
                        there.stream()
                                .map(operation -> operation.method().name())
                                .collect(Collectors.joining(", ")));
    }
}
