package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A caller's side of the connection.
final class Wire {

    static final Duration DEADLINE = Duration.ofSeconds(10);

    /// Longer than gateways of tests before, which have stopped, are counted and have their shares.
    static final Duration ALONE = Duration.ofSeconds(30);

    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Wire() {}

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /// Looks again until it is so: what is pushed or reported takes a moment.
    static void eventually(BooleanSupplier so) {
        eventually(DEADLINE, so);
    }

    /// Asks again until that is the status, and tells what was answered last if it never is.
    static void eventuallyAnswers(int status, Supplier<HttpResponse<String>> asking) {
        eventuallyAnswers(status, DEADLINE, asking);
    }

    static void eventuallyAnswers(
            int status, Duration patience, Supplier<HttpResponse<String>> asking) {
        var last = new AtomicReference<HttpResponse<String>>();
        try {
            eventually(
                    patience,
                    () -> {
                        last.set(asking.get());
                        return last.get().statusCode() == status;
                    });
        } catch (AssertionError never) {
            throw new AssertionError(last.get() + " " + last.get().body(), never);
        }
    }

    static void eventually(Duration patience, BooleanSupplier so) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
