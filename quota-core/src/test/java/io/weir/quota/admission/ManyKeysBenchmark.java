package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/// What many active keys cost (S7): time, when each request is of another key, and heap, which the
/// setup prints. Ten keys share a client; all have five policies. Leases last for the whole run: a
/// million requests a second, each of another client, are not what reports are made for.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xms5g",
            "-Xmx5g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
public class ManyKeysBenchmark {

    private static final int POLICIES = 5;
    private static final Usage LEASED = new Usage(1_000_000, 0, 0);

    @Param({"1000", "1000000"})
    public int active;

    private @Nullable Keys keys;
    private SubjectPath[] paths = {};

    @Setup
    public void configure() throws IOException {
        paths = new SubjectPath[active];
        keys = new Keys(Files.createTempDirectory("weir-benchmark"), Duration.ofHours(1));
        long before = heap();
        for (int i = 0; i < active; i++) {
            paths[i] = keys.path(i, POLICIES);
            admitted(paths[i]);
        }
        System.out.printf("Heap per active key: %d bytes%n", (heap() - before) / active);
    }

    @TearDown
    public void stop() {
        Objects.requireNonNull(keys).stop();
    }

    @Benchmark
    public boolean admitAndSettle() {
        SubjectPath path = paths[ThreadLocalRandom.current().nextInt(paths.length)];
        return admission().tryAdmit(path, Usage.ONE_REQUEST) instanceof Admitted(var open, _)
                && open.settle(Usage.ONE_REQUEST);
    }

    /// Waits for the store, as the first request of a client does.
    private void admitted(SubjectPath path) {
        var decision = admission().admit(path, LEASED).block();
        ((Admitted) Objects.requireNonNull(decision)).reservation().settle(Usage.ONE_REQUEST);
    }

    private Admission admission() {
        return Objects.requireNonNull(keys).admission;
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
