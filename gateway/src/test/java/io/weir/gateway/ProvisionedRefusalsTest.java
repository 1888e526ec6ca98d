package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What callers are told who may not create what they ask for, and what the database's absence
/// does.
class ProvisionedRefusalsTest extends ProvisionedGateway {

    @Test
    void aLimitIsToldAsTheAdminApiTellsIt() {
        limit("max_vms = 1");
        created();
        int asked = platform.asked();

        HttpResponse<String> refused = create();

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        JsonNode problem = json(refused);
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:weir:problem:limit-exceeded");
        assertThat(problem.get("detail").stringValue())
                .isEqualTo("The limit vms is 1, of which 1 are used; 1 were asked for.");
        assertThat(problem.get("limits"))
                .isEqualTo(read("[{'limit':'vms','facility':null,'max':1,'used':1,'asked':1}]"));
        assertThat(platform.asked()).isEqualTo(asked);
    }

    @Test
    void whatIsAskedForTwiceOfOneFacilityIsAddedUp() {
        facilities();
        String body = vdc(2, GOLD + "\", \"gb\": 60}, {\"policy\": \"" + GOLD);

        JsonNode problem = json(create("/vdcs", body));

        assertThat(problem.get("limits"))
                .isEqualTo(
                        read(
                                "[{'limit':'cpu','facility':null,'max':1,'used':0,'asked':2},{'limit':'storage','facility':'%s','max':100,'used':0,'asked':120}]"
                                        .formatted(GOLD)));
        assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("/spec/cpu");
        assertThat(problem.at("/errors/1/pointer").stringValue()).isEqualTo("/disks/0/gb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'cpu': 1 | 'cpu': -1 | /spec/cpu | range",
                "'cpu': 1 | 'cpu': '1' | /spec/cpu | type",
                "'cpu': 1 | 'cpu': 1.0 | /spec/cpu | type",
                "'cpu': 1 | 'cpu': null | /spec/cpu | null",
                "'cpu': 1 | 'x': 1 | /spec/cpu | required",
                "'cpu': 1 | 'cpu': 1, 'CPU': 9 | /spec/cpu | ambiguous",
                "'spec' | 'Spec' | /spec/cpu | ambiguous",
                "payg | free | /type | unknown-value",
                "'gb': 60 | 'gb': 0 | /disks/0/gb | range",
                "601d | 601e | /disks/0/policy | unknown-value",
                "601d | 60 | /disks/0/policy | id",
                "05ed | 05ee | /where | unknown-value"
            })
    void aFieldThatIsWrongIsNamed(String right, String wrong, String pointer, String code) {
        facilities();
        String body = vdc(1, GOLD.toString()).replace(quoted(right), quoted(wrong));

        HttpResponse<String> refused = create("/vdcs", body);

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused).get("type").stringValue())
                .isEqualTo("urn:weir:problem:invalid-request");
        assertThat(json(refused).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
        assertThat(json(refused).at("/errors/0/code").stringValue()).isEqualTo(code);
        assertThat(entities("true")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json | {'a': 1, 'a': 2} | 400",
                "application/json | {'a': | 400",
                "application/xml | <vm/> | 400",
                "application/json | LONG | 413"
            })
    void aBodyThatCanNotBeReadIsRefused(String type, String body, int status) {
        String sent = body.equals("LONG") ? "\"" + "x".repeat(10_000) + "\"" : quoted(body);

        HttpResponse<String> refused =
                send(
                        request("/vdcs")
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(sent)));

        assertThat(refused.statusCode()).isEqualTo(status);
    }

    @Test
    void whereNothingIsReadFromABodyItMayBeAnything() {
        HttpResponse<String> made =
                send(
                        request("/vms")
                                .header("Content-Type", "application/xml")
                                .POST(BodyPublishers.ofString("<vm/>")));

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(used("vms")).isEqualTo(1);
    }

    @Test
    void aRefusedCreationIsCountedAsRefusedAndUsesNothing() {
        limit("max_vms = 0");

        HttpResponse<String> refused = create();

        assertThat(json(refused).get("detail").stringValue())
                .isEqualTo("The limit vms is 0: none may be created.");
        eventually(() -> world.requests(customer, "refused") == 1);
        eventually(
                () ->
                        world.number(
                                        "SELECT count(*) FROM decision WHERE key_id = '%s' AND explanation #>> '{decided_by,cause}' = 'provisioning'"
                                                .formatted(customer.key()))
                                == 1);
        assertThat(world.used(customer)).isZero();
    }

    @Test
    void whatOnlyReadsIsNoCreation() {
        limit("max_vms = 0");

        assertThat(send(request("/vms").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutTheDatabaseNothingIsCreatedAndNoPlaceIsLost() throws Exception {
        limit("max_vms = 1");
        int asked = platform.asked();

        HttpResponse<String> refused;
        try (AutoCloseable _ = world.locked("provisioning")) {
            refused = create();
        }

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(platform.asked()).isEqualTo(asked);
        eventually(() -> create().statusCode() == 201);
        assertThat(used("vms")).isEqualTo(1);
    }

    @Test
    void whatWasMadeWhileTheDatabaseWasAwayIsToldOnceItIsBack() throws Exception {
        limit("max_vms = 1");
        int asked = platform.asked();
        double repeated = counted("repeated");
        var creation = CompletableFuture.supplyAsync(() -> create("/vms?does=wait", "{}"));
        eventually(() -> platform.asked() == asked + 1);

        String made;
        try (AutoCloseable _ = world.locked("provisioning")) {
            platform.letGo();
            made = json(creation.get()).at("/data/id").stringValue();
            assertThat(delete("/vms/" + made).statusCode()).isEqualTo(204);
            assertThat(untold()).isEqualTo(2);
        }

        eventually(() -> untold() == 0);
        assertThat(counted("repeated")).isGreaterThan(repeated);
        assertThat(entities("true")).isZero();
    }

    private double untold() {
        return meters.get("weir.provisioning.untold").gauge().value();
    }

    private void facilities() {
        limit("max_cpu = 1");
        facility(GOLD, "storage_policy", "100");
        facility(SYDNEY, "data_center", "NULL");
    }

    private static String vdc(int cpu, String policy) {
        return """
        {"spec": {"cpu": %d, "memory": 1}, "where": "%s", "type": "payg",
         "disks": [{"policy": "%s", "gb": 60}]}
        """
                .formatted(cpu, SYDNEY, policy);
    }

    private static JsonNode read(String quoted) {
        return JsonMapper.shared().readTree(quoted(quoted));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
