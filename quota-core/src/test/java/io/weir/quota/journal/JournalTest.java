package io.weir.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir Path folder;

    @Test
    void whatWasCountedIsFoundAgain() {
        UUID node;
        try (Journal journal = Journal.open(folder)) {
            node = journal.node();
            Slot slot = journal.take("L|käse");
            slot.addUsed(7);
            slot.addOpen(2);
        }
        try (Journal journal = Journal.open(folder)) {
            assertThat(journal.node()).isEqualTo(node);
            assertThat(journal.survivors())
                    .singleElement()
                    .satisfies(
                            slot -> {
                                assertThat(slot.label()).isEqualTo("L|käse");
                                assertThat(slot.used()).isEqualTo(7);
                                assertThat(slot.open()).isEqualTo(2);
                            });
        }
    }

    @Test
    void aFreedSlotIsForgottenAndUsedAgainFromZero() {
        try (Journal journal = Journal.open(folder)) {
            Slot slot = journal.take("first, and longer");
            slot.addUsed(7);
            slot.report(1);
            slot.applied(1);
            journal.free(slot);
        }
        try (Journal journal = Journal.open(folder)) {
            assertThat(journal.survivors()).isEmpty();
            Slot slot = journal.take("second");
            assertThat(slot.label()).isEqualTo("second");
            assertThat(slot.used() + slot.open() + slot.reported()).isZero();
        }
    }

    @Test
    void onlyTheReportThatWasAppliedCounts() {
        try (Journal journal = Journal.open(folder)) {
            Slot slot = journal.take("x");
            slot.addUsed(5);
            assertThat(slot.report(8)).isEqualTo(5);
            slot.applied(7);
            assertThat(slot.reported()).isZero();
            slot.addUsed(1);
            slot.applied(8);
            assertThat(slot.reported()).isEqualTo(5);
            assertThat(slot.report(9)).isEqualTo(1);
        }
    }

    @Test
    void whatNobodyWillEndIsSaidUntilAReportOfItIsApplied() {
        Slot slot = Journal.inMemory().take("slot");
        slot.addUsed(3);
        slot.addOpen(5);
        assertThat(slot.report(7)).isEqualTo(3);
        assertThat(slot.reportOpen(7)).isEqualTo(5);
        slot.applied(6);
        assertThat(slot.reportOpen(8)).isEqualTo(5);
        assertThat(slot.refused(7)).isZero();
        assertThat(slot.reportOpen(9)).isEqualTo(5);
        slot.applied(9);

        assertThat(slot.open()).isZero();
        assertThat(slot.reportOpen(10)).isZero();
    }

    @Test
    void itGrowsByMoreThanOneStep() {
        int slots = 20_000;
        try (Journal journal = Journal.open(folder)) {
            for (int i = 0; i < slots; i++) {
                journal.take("slot " + i).addUsed(i);
            }
        }
        try (Journal journal = Journal.open(folder)) {
            assertThat(journal.survivors()).hasSize(slots);
            assertThat(journal.survivors().stream().mapToLong(Slot::used).sum())
                    .isEqualTo((long) slots * (slots - 1) / 2);
        }
    }

    @Test
    void oneInMemoryIsFoundAgainByWhoeverReopensIt() {
        Journal killed = Journal.inMemory();
        killed.take("kept").addUsed(7);
        killed.free(killed.take("freed"));
        Journal next = killed.reopened();

        assertThat(next.node()).isEqualTo(killed.node());
        assertThat(next.survivors()).extracting(Slot::label).containsExactly("kept");
        next.take("anew");
        assertThat(next.reopened().survivors())
                .extracting(Slot::label)
                .containsExactlyInAnyOrder("kept", "anew");
    }

    @Test
    void twoNodesNeverShareAFolder() {
        try (Journal _ = Journal.open(folder)) {
            assertThatThrownBy(() -> Journal.open(folder)).hasMessageContaining(folder.toString());
        }
    }

    @Test
    void aLabelThatDoesNotFitIsRefused() {
        try (Journal journal = Journal.open(folder)) {
            assertThatThrownBy(() -> journal.take("x".repeat(500)))
                    .hasMessageContaining("448 bytes");
        }
    }
}
