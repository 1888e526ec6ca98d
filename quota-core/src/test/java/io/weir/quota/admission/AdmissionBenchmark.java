package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// What it takes to admit a request and to settle it (S5): key concurrency, key rate, client rate,
/// client quota and reseller pool, or the first of them only.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "--sun-misc-unsafe-memory-access=allow"})
public class AdmissionBenchmark {

    /// How many policies are on the path.
    @Param({"1", "5"})
    public int policies;

    private @Nullable Keys keys;
    private @Nullable SubjectPath path;

    @Setup
    public void configure() throws IOException {
        keys = new Keys(Files.createTempDirectory("weir-benchmark"), Keys.USUAL_TICK);
        path = keys.path(0, policies);
        Objects.requireNonNull(keys.admission.admit(path, Usage.ONE_REQUEST).block());
    }

    @TearDown
    public void stop() {
        keys().stop();
    }

    @Benchmark
    @Threads(1)
    public boolean admitAndSettle() {
        return once();
    }

    @Benchmark
    @Threads(2)
    public boolean admitAndSettleOnTwoThreads() {
        return once();
    }

    private boolean once() {
        return keys().admission.tryAdmit(Objects.requireNonNull(path), Usage.ONE_REQUEST)
                        instanceof Admitted(var open, _)
                && open.settle(Usage.ONE_REQUEST);
    }

    private Keys keys() {
        return Objects.requireNonNull(keys);
    }
}
