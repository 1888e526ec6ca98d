package io.weir.admin.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

    @TempDir Path folder;

    @Test
    void theFileIsMadeForItsOwnerOnlyAndHoldsWhatIsNeeded() throws Exception {
        Path file = folder.resolve("new").resolve("credentials");

        complete(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Secret.parse(Secret.Kind.TOKEN, value(file, "WEIR_ADMIN_TOKEN"))).isPresent();
        assertThat(Secret.parse(Secret.Kind.KEY, value(file, "WEIR_DEMO_KEY"))).isPresent();
        assertThat(Secret.parse(Secret.Kind.KEY, value(file, "WEIR_DEMO_LIMITED_KEY"))).isPresent();
        assertThat(Pepper.of(value(file, "WEIR_PEPPER"))).isNotNull();
        assertThat(value(file, "WEIR_POSTGRES_PASSWORD")).matches("[0-9a-f]{64}");
        assertThat(value(file, "WEIR_REDIS_PASSWORD")).matches("[0-9a-f]{64}");
        assertThat(Files.readAllLines(file).stream().map(line -> line.replaceAll("^.*?=", "")))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSecondTimeChangesNothing() throws Exception {
        Path file = folder.resolve("credentials");
        complete(file);
        String before = Files.readString(file);

        complete(file);

        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void whatIsThereStaysAndWhatIsMissingIsAdded() throws Exception {
        Path file = folder.resolve("credentials");
        Files.writeString(file, "# mine\nWEIR_POSTGRES_PASSWORD=a=b\nOTHER=kept\n");

        complete(file);

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).contains("# mine", "WEIR_POSTGRES_PASSWORD=a=b", "OTHER=kept");
        assertThat(value(file, "WEIR_PEPPER")).isNotEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder.toFile().list()).containsExactly("credentials");
    }

    @Test
    void anEarlierFileGetsThePasswordOfRedisAndKeepsTheRest() throws Exception {
        Path file = folder.resolve("credentials");
        complete(file);
        List<String> earlier =
                Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("WEIR_REDIS_PASSWORD="))
                        .toList();
        Files.write(file, earlier);

        complete(file);

        assertThat(Files.readAllLines(file)).hasSize(earlier.size() + 1).containsAll(earlier);
        assertThat(value(file, "WEIR_REDIS_PASSWORD")).matches("[0-9a-f]{64}");
    }

    @Test
    void aFileThatOthersCouldReadIsClosedToThem() throws Exception {
        Path file = folder.resolve("credentials");
        complete(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        complete(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static void complete(Path file) throws Exception {
        Credentials.main(new String[] {file.toString()});
    }

    private static String value(Path file, String name) throws Exception {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }
}
