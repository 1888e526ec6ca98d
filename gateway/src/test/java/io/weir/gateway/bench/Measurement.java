package io.weir.gateway.bench;

import java.time.Duration;

/// One target under load, for some seconds.
///
/// @param arrived requests that the upstream was asked
/// @param cpu of the target's process
/// @param memory in MiB
record Measurement(Load.Report report, long arrived, Duration cpu, long memory) {

    double perSecond() {
        return report.requests() * 1e9 / report.length().toNanos();
    }

    double cpuMicros() {
        return cpu.toNanos() / 1e3 / Math.max(1, arrived);
    }

    double p50Micros() {
        return report.p50().toNanos() / 1e3;
    }

    double p99Micros() {
        return report.p99().toNanos() / 1e3;
    }
}
