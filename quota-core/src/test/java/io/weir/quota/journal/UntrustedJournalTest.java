package io.weir.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A journal that can not be relied on is kept aside, and does not stand in the way of a start.
class UntrustedJournalTest {

    static final UUID BOOT = UUID.randomUUID();
    static final UUID NEXT_BOOT = UUID.randomUUID();

    @TempDir Path folder;
    @TempDir Path crashed;

    @Test
    void whatTheMachineWroteAndDidNotForceBeforeItWentDownIsNotTrusted() throws IOException {
        UUID node = use(false);
        try (Journal journal = open("blue", NEXT_BOOT)) {
            assertThat(journal.survivors()).isEmpty();
            assertThat(journal.node()).isNotEqualTo(node);
            assertThat(journal.replaces()).isEqualTo(node);
        }
        assertThat(aside()).singleElement().satisfies(this::hasWhatWasUsed);
    }

    @Test
    void whatWasClosedIsTrustedAfterARestartOfTheMachine() throws IOException {
        UUID node = use(true);
        try (Journal journal = open("blue", NEXT_BOOT)) {
            assertThat(journal.node()).isEqualTo(node);
            assertThat(journal.survivors()).hasSize(1);
        }
    }

    @Test
    void whatWasClosedAndThenUsedAgainIsNotTrusted() throws IOException {
        use(true);
        UUID node = use(false);
        try (Journal journal = open("blue", NEXT_BOOT)) {
            assertThat(journal.replaces()).isEqualTo(node);
        }
    }

    @Test
    void aKilledProcessOfTheSameBootIsTrusted() throws IOException {
        use(false);
        try (Journal journal = open("blue", BOOT)) {
            assertThat(journal.survivors()).hasSize(1);
            assertThat(journal.replaces()).isNull();
        }
    }

    @Test
    void whereTheSystemDoesNotTellOfItsBootTheFileIsTrusted() throws IOException {
        use(false);
        try (Journal journal = open("blue", null)) {
            assertThat(journal.survivors()).hasSize(1);
        }
    }

    /// The other gateway may be alive: nothing of it is given up.
    @Test
    void aJournalOfAnotherGatewayIsNotTrustedAndNotReplaced() throws IOException {
        UUID node = use(true);
        try (Journal journal = open("green", BOOT)) {
            assertThat(journal.node()).isNotEqualTo(node);
            assertThat(journal.replaces()).isNull();
            assertThat(journal.name()).isEqualTo("green");
        }
        assertThat(aside()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "green"})
    void aGatewayThatIsGivenANameKeepsItsJournal(String name) throws IOException {
        UUID node;
        try (Journal journal = open("", BOOT)) {
            node = journal.node();
        }
        try (Journal journal = open(name, BOOT)) {
            assertThat(journal.node()).isEqualTo(node);
            assertThat(journal.name()).isEqualTo(name);
        }
    }

    @Test
    void anotherFileIsNotTrusted() throws IOException {
        for (int size : new int[] {1, 4_095, 4_096, 8_192}) {
            Files.write(folder.resolve("journal"), new byte[size]);
            open("", BOOT).close();
            Files.delete(folder.resolve("journal"));
        }
        assertThat(aside()).hasSize(4);
    }

    @Test
    void aFileThatLostItsEndIsNotTrusted() throws IOException {
        UUID node = use(true);
        try (var file = new RandomAccessFile(folder.resolve("journal").toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }
        try (Journal journal = open("blue", BOOT)) {
            assertThat(journal.replaces()).isEqualTo(node);
        }
    }

    /// A state, a length, a letter of the label, its checksum, what is used.
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 64, 48, 15})
    void aDamagedSlotIsNotTrusted(int offset) throws IOException {
        UUID node = use(true);
        try (var file = new RandomAccessFile(folder.resolve("journal").toFile(), "rw")) {
            file.seek(Header.SIZE + offset);
            file.write(0xA5);
        }
        try (Journal journal = open("blue", BOOT)) {
            assertThat(journal.replaces()).isEqualTo(node);
            assertThat(journal.survivors()).isEmpty();
        }
    }

    @Test
    void whomItReplacesIsKnownUntilTheStoreKnowsIt() throws IOException {
        UUID node = use(false);
        open("blue", NEXT_BOOT).close();
        try (Journal journal = open("blue", NEXT_BOOT)) {
            assertThat(journal.replaces()).isEqualTo(node);
            journal.startAnew();
            assertThat(journal.replaces()).isEqualTo(node);
            journal.resumed();
        }
        try (Journal journal = open("blue", NEXT_BOOT)) {
            assertThat(journal.replaces()).isNull();
        }
    }

    /// Leaves the journal of a gateway that used five units, and was closed or went down.
    private UUID use(boolean closed) throws IOException {
        Path file = folder.resolve("journal");
        Path copy = crashed.resolve("journal");
        UUID node;
        try (Journal journal = open("blue", BOOT)) {
            node = journal.node();
            journal.survivors().forEach(journal::free);
            journal.take("L|x").addUsed(5);
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!closed) {
            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return node;
    }

    private Journal open(String name, @Nullable UUID boot) {
        return Journal.open(folder, name, boot, () -> Instant.parse("2026-11-21T07:00:00Z"));
    }

    private List<Path> aside() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains("untrusted")).toList();
        }
    }

    private void hasWhatWasUsed(Path aside) {
        assertThat(aside.getFileName()).hasToString("journal.untrusted-20261121T070000.000Z");
        assertThat(aside).hasSize(Header.SIZE + JournalFile.STEP);
    }
}
