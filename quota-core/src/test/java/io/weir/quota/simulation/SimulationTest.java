package io.weir.quota.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.slf4j.LoggerFactory;

/// K10. `-Dweir.simulation.seeds=1000000` runs more, `-Dweir.simulation.seed=42` one again.
class SimulationTest {

    private static final long SEEDS =
            Long.getLong(
                    "weir.simulation.seeds", Boolean.getBoolean("weir.soak") ? 200_000 : 10_000);

    /// A planted bug must not hide longer.
    private static final long MOST_SEEDS = 1_000;

    @BeforeAll
    static void faultsAreNoNews() {
        ((Logger) LoggerFactory.getLogger("io.weir.quota.lease")).setLevel(Level.OFF);
    }

    @Test
    void theBooksAgreeWhateverHappens() {
        Long only = Long.getLong("weir.simulation.seed");
        if (only != null) {
            Simulation.run(only, PlantedBug.NONE, true);
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 0; seed < 100; seed++) {
            assertThat(run(seed)).isEqualTo(run(seed));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFound(PlantedBug bug) {
        long seed = 0;
        while (!isFound(bug, seed)) {
            assertThat(++seed).isLessThan(MOST_SEEDS);
        }
        System.out.printf("%s is found after %d seeds%n", bug, seed + 1);
    }

    private static boolean isFound(PlantedBug bug, long seed) {
        try {
            Simulation.run(seed, bug);
            return false;
        } catch (Violation found) {
            return true;
        }
    }

    private static long run(long seed) {
        try {
            return Simulation.run(seed, PlantedBug.NONE);
        } catch (Violation broken) {
            throw new AssertionError("Run again with -Dweir.simulation.seed=" + seed, broken);
        }
    }
}
