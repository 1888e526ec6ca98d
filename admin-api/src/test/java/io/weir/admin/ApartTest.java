package io.weir.admin;

import org.junit.jupiter.api.TestInstance;

/// With both locks, as it runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApartTest extends ApartCases {

    ApartTest() {
        super(Running.shared());
    }
}
