package io.weir.quota.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.quota.policy.Restrictions;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class SubjectPathTest {

    private static final int MANY = 1_000_000;

    @Test
    void aKeyWithoutRestrictionsPaysNothingForThem() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var path = new World().path;
        int free = 0;
        long before = 0;
        for (int i = -MANY; i < MANY; i++) {
            before = i == 0 ? threads.getCurrentThreadAllocatedBytes() : before;
            free += path.restrictions() == Restrictions.NONE ? 1 : 0;
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MANY);
        assertThat(free).isEqualTo(2 * MANY);
    }
}
