package io.weir.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import io.weir.quota.usage.Usage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an active key costs a gateway (S7): all that the directory and admission hold for one that
/// has made a request, with a rate and slots of its own. Who counts its usage lets it go once it is
/// reported.
class KeysInMemoryTest {

    private static final int KEYS = 100_000;
    private static final long MOST_BYTES = 1_024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pepper PEPPER =
            Pepper.of(Base64.getEncoder().encodeToString(new byte[32]));

    @TempDir Path folder;

    @Test
    void anActiveKeyTakesLessThanAKibibyte() {
        Admission admission = LocalAdmission.in(folder, System::nanoTime, InstantSource.system());
        var directory = new Directory(new KeysOfOneClient(), admission, List.of(PEPPER), PATIENCE);
        use(directory, admission, 1_000);
        long before = heap();
        use(directory, admission, KEYS);

        long each = (heap() - before) / KEYS;
        assertThat(directory.size()).isEqualTo(KEYS + 1_000);
        assertThat(each).isLessThan(MOST_BYTES);
    }

    private static void use(Directory directory, Admission admission, int keys) {
        var random = new SecureRandom();
        for (int i = 0; i < keys; i++) {
            Secret secret = Secret.generate(Secret.Kind.KEY, random);
            Identified found = Objects.requireNonNull(directory.lookUp(secret, 0).block(PATIENCE));
            Caller caller = ((Identified.Known) found).caller();
            var decision = admission.tryAdmit(caller.path(), Usage.ONE_REQUEST);
            ((Admitted) Objects.requireNonNull(decision)).reservation().settle(Usage.ONE_REQUEST);
        }
    }

    /// Bytes of objects in use, once what is not was collected.
    private static long heap() {
        System.gc();
        var memory = ManagementFactory.getMemoryMXBean();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
