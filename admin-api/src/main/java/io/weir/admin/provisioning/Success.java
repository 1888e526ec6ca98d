package io.weir.admin.provisioning;

import java.util.Map;

/// The envelope of every answer here that is no problem.
record Success<T>(String status, String message, T data) {

    static <T> Success<T> of(String message, T data) {
        return new Success<>("success", message, data);
    }

    static Success<Map<String, Object>> of(String message) {
        return of(message, Map.of());
    }
}
