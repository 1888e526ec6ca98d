package io.weir.admin.wire;

/// What came of reading one field.
sealed interface Reading<T> {

    record Read<T>(T value) implements Reading<T> {}

    record Wrong<T>(String code, String detail) implements Reading<T> {}
}
