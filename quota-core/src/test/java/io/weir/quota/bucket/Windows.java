package io.weir.quota.bucket;

import java.util.List;

/// How much was admitted in any stretch of time.
final class Windows {

    private Windows() {}

    /// The most that any of them had beyond what flowed in meanwhile: it is enough to know, for
    /// each request, the window that began when least was ahead of the flow.
    ///
    /// @param times of the admitted requests, in nanoseconds
    static long most(List<Long> times, long refillPerSecond) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 0; i < times.size(); i++) {
            double flowed = times.get(i) / 1e9 * refillPerSecond;
            least = Math.min(least, i - flowed);
            most = Math.max(most, i + 1 - flowed - least);
        }
        return (long) Math.ceil(most);
    }
}
