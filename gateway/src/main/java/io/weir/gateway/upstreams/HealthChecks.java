package io.weir.gateway.upstreams;

import java.time.Duration;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/// Asks instances how they are, as long as the gateway runs.
final class HealthChecks implements DisposableBean {

    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;

    private final HttpClient client;
    private final Disposable.Composite running = Disposables.composite();

    HealthChecks(HttpClient client) {
        this.client = client;
    }

    /// @param path that answers 2xx, within the interval, if all is well
    void start(Instances instances, String path, Duration interval) {
        for (Instance instance : instances.all()) {
            HttpClient asking = client.responseTimeout(interval);
            String url = instance.address().resolve(path).toString();
            running.add(
                    Flux.interval(Duration.ZERO, interval)
                            .onBackpressureDrop()
                            .concatMap(_ -> isWell(asking, url, interval), 1)
                            .subscribe(instance::checked));
        }
    }

    private static Mono<Boolean> isWell(HttpClient client, String url, Duration interval) {
        return client.get()
                .uri(url)
                .responseSingle((answer, body) -> body.then(Mono.just(answer.status().code())))
                .map(status -> status >= OK && status < MULTIPLE_CHOICES)
                .timeout(interval)
                .onErrorReturn(false);
    }

    @Override
    public void destroy() {
        running.dispose();
    }
}
