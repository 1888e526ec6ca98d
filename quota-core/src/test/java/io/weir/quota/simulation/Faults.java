package io.weir.quota.simulation;

import java.time.Duration;
import java.util.Random;

/// How bad the world is, drawn from the seed; it can be made well again.
final class Faults {

    private static final long FAST = Duration.ofMillis(1).toNanos();
    private static final long SLOW = Duration.ofSeconds(6).toNanos();
    private static final double[] RARITIES = {0, 0, 0.02, 0.1, 0.3};

    final Random random;
    private double lost;
    private double slow;
    private double repeated;

    Faults(Random random) {
        this.random = random;
        lost = rarity() / 4;
        slow = rarity();
        repeated = rarity();
    }

    private double rarity() {
        return RARITIES[random.nextInt(RARITIES.length)];
    }

    void end() {
        lost = 0;
        slow = 0;
        repeated = 0;
    }

    boolean loses() {
        return random.nextDouble() < lost;
    }

    boolean repeats() {
        return random.nextDouble() < repeated;
    }

    /// How long a message takes.
    long delay() {
        return 1 + random.nextLong(random.nextDouble() < slow ? SLOW : FAST);
    }

    long upTo(Duration most) {
        return random.nextLong(most.toNanos());
    }

    /// As far to either side.
    long about(Duration most) {
        return random.nextLong(-most.toNanos(), most.toNanos());
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
