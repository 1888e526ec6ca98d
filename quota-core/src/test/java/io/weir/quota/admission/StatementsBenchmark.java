package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How many statements the store is sent under a steady load (S6): ten seconds of as many requests
/// per second, spread over a hundred keys of ten clients.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class StatementsBenchmark {

    private static final int KEYS = 100;
    private static final int POLICIES = 5;
    private static final long LASTS = Duration.ofSeconds(10).toNanos();

    @Param({"1000", "5000"})
    public long requestsPerSecond;

    /// What JMH reports beside the time.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        public long requests;
        public long statements;
    }

    @Benchmark
    public long tenSeconds(Counters counters) throws IOException {
        var keys = new Keys(Files.createTempDirectory("weir-benchmark"), Keys.USUAL_TICK);
        var paths = new SubjectPath[KEYS];
        for (int i = 0; i < KEYS; i++) {
            paths[i] = keys.path(i, POLICIES);
        }
        long begin = System.nanoTime();
        long sent = 0;
        while (System.nanoTime() - begin < LASTS) {
            long due = (System.nanoTime() - begin) * requestsPerSecond / 1_000_000_000;
            for (; sent < due; sent++) {
                send(keys, paths[(int) (sent % KEYS)]);
            }
            LockSupport.parkNanos(1_000_000);
        }
        counters.requests += sent;
        counters.statements += keys.store.statements.get();
        keys.stop();
        return sent;
    }

    private static void send(Keys keys, SubjectPath path) {
        var decision = keys.admission.admit(path, Usage.ONE_REQUEST).block();
        ((Admitted) Objects.requireNonNull(decision)).reservation().settle(Usage.ONE_REQUEST);
    }
}
