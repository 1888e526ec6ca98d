package io.weir.admin.payment;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How Stripe's client calls: with one limit on all of a call, not on each wait for a byte as its
/// own, so that no answer that trickles in keeps a thread; with a limit on what is read; and never
/// somewhere else than it was told.
final class StripeTransport extends com.stripe.net.HttpClient {

    private static final int LARGEST = 1024 * 1024;

    private final Duration timeout;
    private final HttpClient http;

    StripeTransport(Duration timeout) {
        this.timeout = timeout;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .build();
    }

    /// Only a cancellation that interrupts ends the exchange as well.
    @Override
    @SuppressWarnings("Interruption")
    public StripeResponse request(StripeRequest asked) throws ApiConnectionException {
        var call =
                http.sendAsync(
                        request(asked, buildUserAgentString(asked)),
                        BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST));
        try {
            return response(call.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException failed) {
            throw new ApiConnectionException("Stripe could not be asked", failed.getCause());
        } catch (TimeoutException late) {
            throw new ApiConnectionException("Stripe did not answer in time", late);
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
            throw new ApiConnectionException("Nobody waits any more", givenUp);
        } finally {
            call.cancel(true);
        }
    }

    private static HttpRequest request(StripeRequest asked, String userAgent) {
        var content = asked.content();
        var body =
                content == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofByteArray(content.byteArrayContent());
        var request =
                HttpRequest.newBuilder(URI.create(asked.url().toString()))
                        .method(asked.method().name(), body)
                        .header("User-Agent", userAgent);
        if (content != null) {
            request.header("Content-Type", content.contentType());
        }
        asked.headers()
                .map()
                .forEach((name, values) -> request.setHeader(name, String.join(",", values)));
        return request.build();
    }

    private static StripeResponse response(HttpResponse<String> answer) {
        return new StripeResponse(
                answer.statusCode(), HttpHeaders.of(answer.headers().map()), answer.body());
    }
}
