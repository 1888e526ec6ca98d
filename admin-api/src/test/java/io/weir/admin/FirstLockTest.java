package io.weir.admin;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// The same without the policies of the tables: what the API itself holds.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirstLockTest extends ApartCases {

    private static final String OPEN =
            """
            DO $$
            DECLARE
                name text;
            BEGIN
                FOR name IN SELECT relname FROM pg_class
                             WHERE relrowsecurity AND relnamespace = 'weir'::regnamespace LOOP
                    EXECUTE format('ALTER TABLE weir.%I DISABLE ROW LEVEL SECURITY', name);
                END LOOP;
            END
            $$
            """;

    FirstLockTest() {
        super(Running.start());
    }

    @BeforeAll
    void open() {
        running.rows(OPEN);
    }

    @AfterAll
    void close() {
        running.close();
    }
}
