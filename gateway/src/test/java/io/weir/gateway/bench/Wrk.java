package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `wrk`, where it is installed: as many requests as the target can answer.
final class Wrk implements Load {

    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ([\\d.]+)(us|ms|s|m)");
    private static final Pattern WRONG = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern BROKEN =
            Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private Wrk() {}

    static boolean isInstalled() {
        try {
            Process asked = new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start();
            return new String(asked.getInputStream().readAllBytes(), UTF_8).startsWith("wrk");
        } catch (IOException missing) {
            return false;
        }
    }

    static Wrk installed() {
        return new Wrk();
    }

    @Override
    public Report run(Target target, Duration length) {
        String said = said(command(target, length));
        long wrong = sum(WRONG, said);
        Matcher total = found(TOTAL, said);
        return new Report(
                Long.parseLong(total.group(1)) - wrong,
                wrong + sum(BROKEN, said),
                duration(total.group(2), total.group(3)),
                percentile(50, said),
                percentile(99, said));
    }

    private static List<String> command(Target target, Duration length) {
        return List.of(
                "wrk",
                "-t1",
                "-c" + CONNECTIONS,
                "-d" + length.toSeconds() + "s",
                "--latency",
                "-H",
                "Authorization: Bearer " + target.credential(),
                target.url());
    }

    private static String said(List<String> command) {
        try {
            Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(wrk.getInputStream().readAllBytes(), UTF_8);
            if (wrk.waitFor() != 0) {
                throw new IllegalStateException("wrk failed: " + said);
            }
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Duration percentile(int percent, String said) {
        Matcher line = found(Pattern.compile(percent + "%\\s+([\\d.]+)(us|ms|s|m)"), said);
        return duration(line.group(1), line.group(2));
    }

    private static Duration duration(String number, String unit) {
        TimeUnit one =
                switch (unit) {
                    case "us" -> TimeUnit.MICROSECONDS;
                    case "ms" -> TimeUnit.MILLISECONDS;
                    case "s" -> TimeUnit.SECONDS;
                    default -> TimeUnit.MINUTES;
                };
        return Duration.ofNanos((long) (Double.parseDouble(number) * one.toNanos(1)));
    }

    private static long sum(Pattern pattern, String said) {
        Matcher line = pattern.matcher(said);
        long sum = 0;
        if (line.find()) {
            for (int i = 1; i <= line.groupCount(); i++) {
                sum += Long.parseLong(line.group(i));
            }
        }
        return sum;
    }

    private static Matcher found(Pattern pattern, String said) {
        Matcher line = pattern.matcher(said);
        if (!line.find()) {
            throw new IllegalStateException("wrk says nothing of " + pattern + ": " + said);
        }
        return line;
    }
}
