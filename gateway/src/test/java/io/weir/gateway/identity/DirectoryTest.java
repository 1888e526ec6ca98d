package io.weir.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets that end, on a clock that is moved by hand.
class DirectoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pepper PEPPER =
            Pepper.of(Base64.getEncoder().encodeToString(new byte[32]));
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plusSeconds(3600);

    @TempDir Path folder;

    final OneKey key = new OneKey(PEPPER);
    final Secret old = secret();
    final Secret replacement = secret();
    private @Nullable Directory directory;
    private Instant now = START;

    @BeforeEach
    void aKeyThatIsKnownHereIsRotated() {
        var admission = LocalAdmission.in(folder, () -> 0, () -> now);
        directory = new Directory(key, admission, List.of(PEPPER), PATIENCE);
        key.opens(old, Optional.empty());
        known(old);
        key.opens(old, Optional.of(END));
        key.opens(replacement, Optional.empty());
        directory.catchUp().block(PATIENCE);
    }

    @Test
    void bothSecretsOpenTheSameSubjectsUntilTheGraceIsOver() {
        now = END.minusMillis(1);

        assertThat(known(old).path().nodes()).isEqualTo(known(replacement).path().nodes());
    }

    @Test
    void fromTheMillisecondOnAtWhichItEndsTheOldSecretIsUnknown() {
        now = END.minusMillis(1);
        known(old);
        now = END;

        assertThat(ask(old)).isEqualTo(new Identified.Unknown());
        known(replacement);
        now = END.plus(Duration.ofDays(400));
        assertThat(ask(old)).isEqualTo(new Identified.Unknown());
    }

    @Test
    void aSecretThatEndedCostsNoLookUpAndNeedsNoDatabase() {
        now = END.minusMillis(1);
        known(old);
        long before = key.lookUps;
        key.goAway();
        now = END;

        for (int i = 0; i < 100; i++) {
            assertThat(ask(old)).isEqualTo(new Identified.Unknown());
        }
        assertThat(key.lookUps).isEqualTo(before);
    }

    @Test
    void aSecretThatWasNeverSeenBeforeItEndedIsUnknown() {
        now = END;

        assertThat(ask(old)).isEqualTo(new Identified.Unknown());
    }

    @Test
    void theSecondRotationEndsTheOlderSecretInTheMiddleOfItsGrace() {
        known(old);
        Secret third = secret();
        key.forget(old);
        key.opens(replacement, Optional.of(END));
        key.opens(third, Optional.empty());
        directory().catchUp().block(PATIENCE);

        assertThat(ask(old)).isEqualTo(new Identified.Unknown());
        known(replacement);
        known(third);
    }

    @Test
    void aChangeThatFollowsWhatIsInForceIsReadWithOneQuestion() {
        key.opens(secret(), Optional.empty());
        key.forgetWhatWasAsked();

        assertThat(directory().isNext(key.announcement())).isTrue();
        directory().apply(key.announcement()).block(PATIENCE);

        assertThat(key.settingsRead).containsExactly(Set.of(OneKey.KEY));
        assertThat(key.changesAsked).isZero();
        assertThat(directory().isNext(key.announcement())).isFalse();
    }

    @Test
    void aChangeAfterOneThatWasMissedSaysTooLittle() {
        key.opens(secret(), Optional.empty());
        key.opens(secret(), Optional.empty());

        assertThat(directory().isNext(key.announcement())).isFalse();
    }

    @Test
    void aChangeThatNamesNobodyMayBeOneOfThePrices() {
        long next = directory().version() + 1;

        assertThat(directory().isNext(new Configured(next, Set.of()))).isFalse();
    }

    @Test
    void aKeyWhoseLimitWasEditedIsNotLookedUp() {
        known(old);
        key.edit();
        directory().catchUp().block(PATIENCE);
        key.forgetWhatWasAsked();

        known(old);
        assertThat(key.lookUps).isZero();
    }

    @Test
    void aKeyThatWasRotatedIsLookedUpWithoutReadingSettingsThatAreInForce() {
        known(old);
        key.opens(replacement, Optional.of(END));
        directory().catchUp().block(PATIENCE);
        key.forgetWhatWasAsked();

        known(old);
        assertThat(key.lookUps).isOne();
        assertThat(key.settingsRead).isEmpty();
    }

    @Test
    void aChangeThatNobodyAnnouncedIsSeenAtTheNextLookUpAndEndsIt() {
        known(old);
        key.opens(replacement, Optional.of(END));
        key.keepQuiet();
        key.forgetWhatWasAsked();

        known(replacement);
        assertThat(key.lookUps).isOne();
    }

    @Test
    void settingsThatMayBeOlderThanTheKeyAreReadWithIt() {
        key.opens(secret(), Optional.empty());
        key.forgetWhatWasAsked();

        known(replacement);
        assertThat(key.settingsRead).hasSize(1);
        assertThat(key.settingsRead.getFirst()).contains(OneKey.KEY).hasSize(2);
    }

    private Caller known(Secret secret) {
        assertThat(ask(secret)).isInstanceOf(Identified.Known.class);
        return ((Identified.Known) ask(secret)).caller();
    }

    private Identified ask(Secret secret) {
        Identified here = directory().recall(secret, now.toEpochMilli());
        return here != null
                ? here
                : directory()
                        .lookUp(secret, now.toEpochMilli())
                        .blockOptional(PATIENCE)
                        .orElseThrow();
    }

    private Directory directory() {
        return java.util.Objects.requireNonNull(directory);
    }

    private static Secret secret() {
        return Secret.generate(Secret.Kind.KEY, new SecureRandom());
    }
}
