package io.weir.gateway;

import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A whole gateway before a provisioning platform, one for all tests of that.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class ProvisionedGateway {

    static final World world = World.INSTANCE;
    static final Platform platform = new Platform();

    static final UUID GOLD = UUID.fromString("00000000-0000-4000-8000-00000000601d");
    static final UUID SYDNEY = UUID.fromString("00000000-0000-4000-8000-0000000005ed");

    private static final Customer ANYBODY = world.customer(1_000_000, "100000, 1000");
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;

    final Customer customer = world.customer(1_000_000, "100000, 1000");

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("weir.read-body-limit", () -> "10000");
        properties.add("management.server.port", () -> "0");
        route(properties, 0, "Path=/vms,/vms/{vm}", "vms");
        property(properties, 0, "metadata.provisioning.id", "/data/id");
        property(properties, 0, "metadata.provisioning.path-variable", "vm");
        route(properties, 1, "Path=/vdcs", "vdcs");
        property(properties, 1, "filters[0]", "SetPath=/vms");
        property(properties, 1, "metadata.provisioning.id", "/data/id");
        property(properties, 1, "metadata.provisioning.cpu", "/spec/cpu");
        property(properties, 1, "metadata.provisioning.memory-gb", "/spec/memory");
        property(properties, 1, "metadata.provisioning.data-center", "/where");
        property(properties, 1, "metadata.provisioning.type", "/type");
        property(properties, 1, "metadata.provisioning.storage.list", "/disks");
        property(properties, 1, "metadata.provisioning.storage.uuid", "/policy");
        property(properties, 1, "metadata.provisioning.storage.amount", "/gb");
        route(properties, 2, "Path=/dead", "vms");
        property(properties, 2, "uri", "http://127.0.0.1:1");
        route(properties, 3, "Path=/slow", "vms");
        property(properties, 3, "filters[0]", "SetPath=/vms");
        property(properties, 3, "metadata.response-timeout", "50");
    }

    private static void route(
            DynamicPropertyRegistry properties, int place, String path, String entity) {
        property(properties, place, "id", path);
        if (place != 2) {
            properties.add("%s[%d].uri".formatted(ROUTES, place), platform::url);
        }
        property(properties, place, "predicates[0]", path);
        property(properties, place, "metadata.provisioning.entity", entity);
    }

    private static void property(
            DynamicPropertyRegistry properties, int place, String name, String value) {
        properties.add("%s[%d].%s".formatted(ROUTES, place, name), () -> value);
    }

    /// A gateway that has just started may know no key yet.
    @BeforeEach
    void aNewPlatformBehindAGatewayThatIsReady() {
        platform.clear();
        Wire.eventually(() -> send(request("/vms", ANYBODY).GET()).statusCode() == 200);
    }

    /// @param limits as they are set in the table, such as `max_vms = 50`
    void limit(String limits) {
        world.run(
                "INSERT INTO provisioning (reseller_id) VALUES ('%1$s') ON CONFLICT DO NOTHING; UPDATE provisioning SET %2$s WHERE reseller_id = '%1$s'"
                        .formatted(customer.reseller(), limits));
    }

    /// @param kind with what is allocated of it
    void facility(UUID id, String kind, String maxGb) {
        world.run(
                "INSERT INTO facility (reseller_id, id, kind, name, allocated, max_gb) VALUES ('%s', '%s', '%s', 'f', true, %s)"
                        .formatted(customer.reseller(), id, kind, maxGb));
    }

    long used(String name) {
        return world.number(
                "SELECT used FROM provisioning_limit WHERE reseller_id = '%s' AND name = '%s'"
                        .formatted(customer.reseller(), name));
    }

    /// Places taken by requests under way, or of which nobody knows.
    long reserved() {
        return entities("reserved_until IS NOT NULL");
    }

    long entities(String that) {
        return world.number(
                "SELECT count(*) FROM entity WHERE reseller_id = '%s' AND %s"
                        .formatted(customer.reseller(), that));
    }

    double counted(String outcome) {
        return meters.get("weir.provisioning").tag("outcome", outcome).counter().count();
    }

    HttpResponse<String> create(String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .header("Accept-Encoding", "gzip")
                        .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> create() {
        return create("/vms", "{}");
    }

    /// What the platform calls it.
    String created() {
        return json(create()).at("/data/id").stringValue();
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    HttpRequest.Builder request(String path) {
        return request(path, customer);
    }

    private HttpRequest.Builder request(String path, Customer by) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + by.secret());
    }

    /// A caller that has sent all of a creation; closing it is hanging up.
    Socket calling(String path) {
        try {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            String head =
                    "POST %s HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                            .formatted(path, customer.secret());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
