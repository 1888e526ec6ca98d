package io.weir.gateway;

import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.World.Customer;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.test.web.server.LocalManagementPort;

/// Operators have a port of their own, and callers find nothing of it on theirs.
class OutwardManagementTest extends OutwardGateway {

    @LocalManagementPort int managementPort;
    @Autowired PathMappedEndpoints endpoints;

    @Test
    void thereAreHealthInfoAndMetricsAndNothingElse() {
        assertThat(endpoints.stream().map(PathMappedEndpoint::getRootPath))
                .containsExactlyInAnyOrder("health", "info", "prometheus");
        assertThat(manage("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/info").body()).isEqualTo("{}");
        assertThat(manage("/actuator/prometheus").body()).contains("weir_");
    }

    @Test
    void healthTellsNoDetails() {
        assertThat(json(manage("/actuator/health")).propertyNames())
                .containsExactlyInAnyOrder("status", "groups");
        assertThat(json(manage("/actuator/health/readiness")).propertyNames())
                .containsExactly("status");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "beans",
                "configprops",
                "conditions",
                "gateway",
                "gateway/routes",
                "heapdump",
                "threaddump",
                "loggers",
                "logfile",
                "mappings",
                "metrics",
                "scheduledtasks",
                "sbom",
                "shutdown",
                "startup",
                "refresh",
                "restart",
                "jolokia"
            })
    void nothingElseIsThereOnEitherPort(String endpoint) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            assertThat(manage("/actuator/" + endpoint, method).statusCode()).isEqualTo(404);
            assertThat(call("/actuator/" + endpoint, method).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/health/readiness",
                "/actuator/info",
                "/actuator/prometheus",
                "/health",
                "/livez",
                "/readyz",
                "/plain/..%2factuator/health"
            })
    void callersFindNothingOfItOnTheirPort(String path) {
        Customer customer = world.customer(1_000, "1000, 5");

        assertThat(call(path, "GET").statusCode()).isBetween(400, 404);
        assertThat(send(request(path, customer)).body())
                .doesNotContain("\"UP\"")
                .doesNotContain("weir_admissions");
    }

    @Test
    void routesAreNotReachedByTheOperatorsPort() {
        Customer customer = world.customer(1_000, "1000, 5");

        var answer =
                send(
                        manageRequest("/plain/a")
                                .header("Authorization", "Bearer " + customer.secret()));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(manage("/weir/v1/me").statusCode()).isEqualTo(404);
    }

    @Test
    void itIsOnLoopbackOnly() throws Exception {
        var others =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(Inet4Address.class::isInstance)
                        .filter(address -> !address.isLoopbackAddress())
                        .toList();
        assertUnreachable(others);
        assertThat(manage("/actuator/health").statusCode()).isEqualTo(200);
    }

    private void assertUnreachable(Collection<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://%s:%d/actuator/health"
                                                    .formatted(
                                                            address.getHostAddress(),
                                                            managementPort)))
                            .timeout(Duration.ofSeconds(2));
            assertThatThrownBy(() -> send(request)).isInstanceOf(UncheckedIOException.class);
        }
    }

    private HttpResponse<String> manage(String path) {
        return manage(path, "GET");
    }

    private HttpResponse<String> manage(String path, String method) {
        return send(manageRequest(path).method(method, BodyPublishers.noBody()));
    }

    private HttpResponse<String> call(String path, String method) {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    private HttpRequest.Builder manageRequest(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Wire.DEADLINE);
    }
}
