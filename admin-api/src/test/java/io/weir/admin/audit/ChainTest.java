package io.weir.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainTest {

    private static final String FIRST = "00".repeat(32);

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @Test
    void aLogWithoutEntriesIsWhole() {
        assertThat(Chain.start().against(new Verification.Head(0, FIRST, 1, 0)).verified())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasWrittenIsWhole(long seed) {
        List<Link> log = log(new SplittableRandom(seed));

        var told = follow(log, head(log));

        assertThat(told).isEqualTo(new Verification(true, log.size(), log.getLast().hash(), null));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsChangedLaterIsFoundWhereItIs(long seed) {
        var random = new SplittableRandom(seed);
        List<Link> log = log(random);
        var head = head(log);
        int at = random.nextInt(log.size());

        tamper(log, at, random);

        var told = follow(log, head);
        assertThat(told.verified()).isFalse();
        assertThat(told.brokenAt()).isEqualTo(at + 1);
    }

    /// Whoever rewrites all that follows as well is betrayed by the head that was noted before.
    @ParameterizedTest
    @MethodSource("seeds")
    void aLogThatWasWrittenAnewHasAnotherHead(long seed) {
        var random = new SplittableRandom(seed);
        List<Link> log = log(random);
        List<String> texts = new ArrayList<>(log.stream().map(Link::text).toList());
        int at = random.nextInt(texts.size());
        texts.set(at, texts.get(at) + "x");
        List<Link> anew = written(texts);

        assertThat(follow(anew, head(anew)).verified()).isTrue();
        assertThat(head(anew).hash()).isNotEqualTo(head(log).hash());
        assertThat(follow(anew, head(log)).verified()).isFalse();
    }

    @Test
    void whatWasSlippedInBeforeTheFirstOrAfterTheLastIsFound() {
        List<Link> log = log(new SplittableRandom(1));
        long last = log.size();
        String hash = log.getLast().hash();

        assertThat(follow(log, new Verification.Head(last, hash, 0, last)).brokenAt()).isZero();
        assertThat(follow(log, new Verification.Head(last, hash, 1, last + 1)).brokenAt())
                .isEqualTo(last + 1);
    }

    private static void tamper(List<Link> log, int at, SplittableRandom random) {
        Link link = log.get(at);
        switch (random.nextInt(at + 1 < log.size() ? 5 : 4)) {
            case 0 -> log.set(at, new Link(link.number(), link.text() + " ", link.hash()));
            case 1 -> log.set(at, new Link(link.number(), link.text(), flipped(link.hash())));
            case 2 -> log.set(at, new Link(link.number() + 1, link.text(), link.hash()));
            case 3 -> log.remove(at);
            default -> {
                Link next = log.get(at + 1);
                log.set(at, new Link(link.number(), next.text(), next.hash()));
                log.set(at + 1, new Link(next.number(), link.text(), link.hash()));
            }
        }
    }

    private static Verification follow(List<Link> log, Verification.Head head) {
        Chain chain = Chain.start();
        for (Link link : log) {
            chain = chain.follow(link);
        }
        return (chain.goesOnTo(head) ? chain.orBrokenIfStillAt(chain) : chain).against(head);
    }

    private static Verification.Head head(List<Link> log) {
        long last = log.getLast().number();
        return new Verification.Head(last, log.getLast().hash(), 1, last);
    }

    private static List<Link> log(SplittableRandom random) {
        List<String> texts = new ArrayList<>();
        int entries = 1 + random.nextInt(20);
        for (int i = 0; i < entries; i++) {
            texts.add(Integer.toString(i) + random.nextInt());
        }
        return written(texts);
    }

    private static List<Link> written(List<String> texts) {
        List<Link> log = new ArrayList<>();
        String hash = FIRST;
        for (String text : texts) {
            hash = hash(hash, text);
            log.add(new Link(log.size() + 1L, text, hash));
        }
        return log;
    }

    private static String hash(String before, String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(HexFormat.of().parseHex(before));
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String flipped(String hash) {
        return (hash.charAt(0) == '0' ? '1' : '0') + hash.substring(1);
    }
}
