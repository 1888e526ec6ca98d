package io.weir.quota.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.quota.journal.Journal;
import io.weir.quota.journal.Slot;
import io.weir.quota.price.Tokens;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollupsTest {

    static final UUID KEY = new UUID(0, 1);
    static final UUID GROUP = new UUID(0, 2);
    static final UUID CLIENT = new UUID(0, 3);
    static final Rollup ROW = row(null, "gpt");
    static final Tokens EACH_CLASS = new Tokens(1, 2, 4, 8, 16, 32, 64, 128);
    static final Tokens ABSURD = new Tokens(Long.MAX_VALUE, 0, 0, 0, 1, 0, 0, 0);

    final Journal journal = Journal.inMemory();
    final Rollups rollups = new Rollups(journal);

    @Test
    void requestsAloneTakeOneSlotOfTheJournal() {
        rollups.add(ROW, Metered.requests(3));
        rollups.open(ROW, Metered.requests(1)).end();

        assertThat(slots()).containsExactly("U");
    }

    @Test
    void aUnitTakesASlotWhenItFirstOccurs() {
        rollups.add(ROW, Metered.requests(1));
        rollups.add(ROW, new Metered(1, new Tokens(5, 0, 0, 0, 7, 0, 0, 0), 0, 0));
        assertThat(slots()).containsExactlyInAnyOrder("U", "I", "O");
        rollups.add(ROW, new Metered(1, new Tokens(5, 3, 0, 0, 7, 0, 0, 0), 2, 9));
        rollups.add(ROW, new Metered(1, new Tokens(5, 3, 0, 0, 7, 0, 0, 0), 2, 9));

        assertThat(slots()).containsExactlyInAnyOrder("U", "I", "O", "R", "E", "C");
        assertThat(report(1))
                .containsExactly(
                        new Rollups.Row(
                                ROW, new Metered(4, new Tokens(15, 6, 0, 0, 21, 0, 0, 0), 4, 18)));
    }

    @Test
    void whatWasReportedIsNotSaidAgainAndTheRowIsLetGo() {
        rollups.add(ROW, new Metered(1, EACH_CLASS, 0, 5));
        assertThat(report(1)).hasSize(1);
        rollups.add(ROW, new Metered(0, new Tokens(0, 0, 0, 0, 10, 0, 0, 0), 10, 0));

        assertThat(report(2))
                .containsExactly(
                        new Rollups.Row(
                                ROW, new Metered(0, new Tokens(0, 0, 0, 0, 10, 0, 0, 0), 10, 0)));
        assertThat(report(3)).isEmpty();
        assertThat(rollups.size()).isZero();
        assertThat(slots()).isEmpty();
    }

    @Test
    void allThatIsOpenIsEstimatedAndEndsWhole() {
        var open = rollups.open(ROW, new Metered(1, EACH_CLASS, 3, 50));
        assertThat(openUnits())
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("U", 1L),
                                Map.entry("C", 50L),
                                Map.entry("E", 255L),
                                Map.entry("I", 1L),
                                Map.entry("R", 2L),
                                Map.entry("W", 4L),
                                Map.entry("X", 8L),
                                Map.entry("O", 16L),
                                Map.entry("T", 32L),
                                Map.entry("A", 64L),
                                Map.entry("B", 128L)));
        assertThat(report(1)).isEmpty();
        assertThat(rollups.size()).isOne();

        open.end();
        assertThat(openUnits().values()).containsOnly(0L);
        assertThat(report(2)).isEmpty();
        assertThat(rollups.size()).isZero();
    }

    @Test
    void aRequestThatIsServedAsItWasOpenedHasOneRow() {
        var open = rollups.open(ROW, Metered.requests(1));
        rollups.end(open, ROW.ended(Outcome.SERVED, "gpt"), Metered.requests(1));

        assertThat(slots()).containsExactly("U");
        assertThat(report(1)).containsExactly(new Rollups.Row(ROW, Metered.requests(1)));
        assertThat(report(2)).isEmpty();
        assertThat(rollups.size()).isZero();
    }

    @Test
    void aRequestThatEndsInAnotherWayIsCountedThere() {
        Rollup canceled = ROW.ended(Outcome.CANCELED, "other");
        var open = rollups.open(ROW, new Metered(1, EACH_CLASS, 0, 50));
        rollups.end(open, canceled, new Metered(1, EACH_CLASS, 0, 5));

        assertThat(report(1))
                .containsExactly(new Rollups.Row(canceled, new Metered(1, EACH_CLASS, 0, 5)));
        assertThat(report(2)).isEmpty();
        assertThat(rollups.size()).isZero();
    }

    @Test
    void aRequestThatUsesAnotherUnitThanWasSetAsideIsCountedWhole() {
        var open = rollups.open(ROW, Metered.requests(1));
        rollups.end(open, ROW, new Metered(1, EACH_CLASS, 0, 5));

        assertThat(report(1))
                .containsExactly(new Rollups.Row(ROW, new Metered(1, EACH_CLASS, 0, 5)));
    }

    @Test
    void whatSetsNoRequestAsideIsCountedThoughItsRowWasLetGo() {
        var open = rollups.open(ROW, new Metered(0, Tokens.NONE, 0, 0));
        assertThat(report(1)).isEmpty();
        rollups.end(open, ROW, Metered.requests(1));

        assertThat(report(2)).containsExactly(new Rollups.Row(ROW, Metered.requests(1)));
    }

    @Test
    void figuresBeyondWhatASlotHoldsStopThere() {
        rollups.add(ROW, new Metered(1, ABSURD, 0, Long.MAX_VALUE));
        rollups.add(ROW, new Metered(1, ABSURD, 0, Long.MAX_VALUE));

        var most = new Tokens(Long.MAX_VALUE, 0, 0, 0, 2, 0, 0, 0);
        assertThat(report(1))
                .containsExactly(new Rollups.Row(ROW, new Metered(2, most, 0, Long.MAX_VALUE)));
    }

    @Test
    void absurdReservationsOfManyRequestsNeverSumToLessThanNothing() {
        List<Rollups.Open> open =
                IntStream.range(0, 1_000)
                        .mapToObj(_ -> rollups.open(ROW, new Metered(1, ABSURD, 0, 0)))
                        .toList();
        assertThat(openUnits().values()).allMatch(units -> units > 0);

        open.forEach(Rollups.Open::end);
        assertThat(openUnits().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @EnumSource
    void aLabelIsReadAsItWasWritten(RollupUnit unit) {
        for (Rollup rollup : List.of(ROW, row(GROUP, ""), row(GROUP, "a|b|ü"))) {
            assertThat(RollupLabel.parse(RollupLabel.of(rollup, unit)))
                    .hasValue(new RollupLabel.Counted(rollup, unit));
        }
    }

    @Test
    void labelsOfRequestsAndCreditsAreThoseOfEarlierJournals() {
        String rest = "|60|" + KEY + "+" + GROUP + "||" + CLIENT + "|SERVED|4|chatgpt";
        var rollup = new Rollup(60, KEY, GROUP, null, CLIENT, "chat", "gpt", Outcome.SERVED);

        assertThat(RollupLabel.parse("U" + rest))
                .hasValue(new RollupLabel.Counted(rollup, RollupUnit.REQUESTS));
        assertThat(RollupLabel.parse("C" + rest))
                .hasValue(new RollupLabel.Counted(rollup, RollupUnit.CREDITS));
        assertThat(RollupLabel.parse("L" + rest)).isEmpty();
        assertThat(RollupLabel.parse("")).isEmpty();
    }

    @Test
    void nothingIsMeteredBelowZero() {
        assertThatThrownBy(() -> new Metered(0, Tokens.NONE, -1, 0))
                .hasMessageContaining("-1 estimated tokens");
        assertThatThrownBy(() -> Metered.requests(-7)).hasMessageContaining("-7 requests");
    }

    private List<Rollups.Row> report(long number) {
        List<Rollups.Row> report = rollups.report(number, 10);
        rollups.applied(number);
        return report;
    }

    /// The first letters of the labels of all slots that are taken.
    private List<String> slots() {
        return taken().stream().map(RollupsTest::letter).toList();
    }

    private Map<String, Long> openUnits() {
        return taken().stream().collect(Collectors.toMap(RollupsTest::letter, Slot::open));
    }

    private List<Slot> taken() {
        return journal.reopened().survivors();
    }

    private static String letter(Slot slot) {
        return slot.label().substring(0, 1);
    }

    private static Rollup row(@Nullable UUID group, String model) {
        return new Rollup(60, KEY, group, CLIENT, CLIENT, "demo|1", model, Outcome.SERVED);
    }
}
