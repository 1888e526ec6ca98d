package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a reseller's VDCs may take together.
class ResourceAllocationTest {

    static final Running running = Running.shared();

    private static final String AT_FIRST =
            """
            {'allow_payg': true,
             'cpu': {'max': null, 'used': 0, 'available': null, 'percentage': null, 'unlimited': true},
             'memory_gb': {'max': null, 'used': 0, 'available': null, 'percentage': null, 'unlimited': true},
             'storage': [], 'backup_storage': []}
            """;

    final Platform platform = Platform.of(new Api(running.api()));

    @Test
    void itStandsAsItIsDescribed() {
        String gold = platform.policy("Gold", "1024");
        String backup = platform.backup("PBS-01", "null");
        platform.set("resource-allocation", "{'max_cpu': 100, 'max_memory_gb': 256}");
        String tenant = platform.tenant();
        String sydney = platform.dataCenter("Sydney");
        var vdc = Platform.vdc(tenant, sydney, 40, 60);
        vdc.put("storage", Platform.storage(gold, 500));
        vdc.put("backup_storage", Platform.backupOf(backup, 150));
        platform.made("vdcs", vdc);
        var other = Platform.vdc(tenant, sydney, 2, 4);
        other.put("backup_storage", Platform.backupOf(backup, 50));
        platform.made("vdcs", other);

        byte[] answer =
                Api.result(platform.get("resource-allocation").expectStatus().isOk())
                        .getResponseBody();

        String text = new String(answer, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(text).contains("\"percentage\":42,").contains("\"percentage\":48.8,");
        assertThat(Platform.json(text))
                .isEqualTo(
                        Platform.json(
                                """
                                {'status': 'success', 'message': 'Resource allocation retrieved successfully', 'data':
                                 {'allow_payg': true,
                                  'cpu':       {'max': 100, 'used': 42, 'available': 58, 'percentage': 42, 'unlimited': false},
                                  'memory_gb': {'max': 256, 'used': 64, 'available': 192, 'percentage': 25, 'unlimited': false},
                                  'storage': [{'storage_policy_uuid': '%s', 'storage_policy_name': 'Gold', 'max_capacity_gb': 1024,
                                               'used_capacity_gb': 500, 'available_capacity_gb': 524, 'percentage': 48.8, 'unlimited': false}],
                                  'backup_storage': [{'backup_storage_uuid': '%s', 'backup_storage_name': 'PBS-01', 'max_capacity_gb': null,
                                               'used_capacity_gb': 200, 'available_capacity_gb': null, 'percentage': null, 'unlimited': true}]}}
                                """
                                        .formatted(gold, backup)));
    }

    @Test
    void atFirstAndAfterItsRemovalNothingIsLimitedAndNoStorageAllocated() {
        assertThat(platform.data("resource-allocation")).isEqualTo(Platform.json(AT_FIRST));
        platform.policy("Gold", "10");
        platform.backup("PBS-01", "null");
        platform.set(
                "resource-allocation", "{'allow_payg': false, 'max_cpu': 1, 'max_memory_gb': 2}");

        platform.delete("resource-allocation").expectStatus().isOk();

        assertThat(platform.data("resource-allocation")).isEqualTo(Platform.json(AT_FIRST));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, 33.3",
        "2, 3, 66.7",
        "1, 1000, 0.1",
        "1, 2000, 0.1",
        "1, 2001, 0",
        "0, 7, 0",
        "7, 7, 100",
        "10, 1000, 1",
        "1, 8, 12.5",
        "500, 1024, 48.8",
        "30, 100, 30"
    })
    void percentagesHaveOneDecimalHalfUp(long used, long max, String percentage) {
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), used, 0);
        platform.made("vdcs", vdc);
        platform.set("resource-allocation", "{'max_cpu': %d}".formatted(max));

        assertThat(platform.data("resource-allocation").at("/cpu/percentage").toString())
                .isEqualTo(percentage);
    }

    @Test
    void whatIsAbsentStaysAndWhatIsNullBecomesUnlimited() {
        String gold = platform.policy("Gold", "10");
        platform.set(
                "resource-allocation", "{'max_cpu': 5, 'max_memory_gb': 6, 'allow_payg': false}");

        platform.set(
                "resource-allocation",
                "{'max_cpu': null, 'storage': [{'storage_policy_uuid': '%s', 'max_capacity_gb': null}]}"
                        .formatted(gold));

        JsonNode now = platform.data("resource-allocation");
        assertThat(now.at("/cpu/max").isNull()).isTrue();
        assertThat(now.at("/memory_gb/max").asLong()).isEqualTo(6);
        assertThat(now.get("allow_payg").asBoolean()).isFalse();
        assertThat(now.at("/storage/0/unlimited").asBoolean()).isTrue();
        platform.set("resource-allocation", "{}");
        assertThat(platform.data("resource-allocation")).isEqualTo(now);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'max_cpu': 0};/max_cpu",
                "{'max_cpu': -1};/max_cpu",
                "{'max_memory_gb': 0};/max_memory_gb",
                "{'max_memory_gb': 1.5};/max_memory_gb",
                "{'allow_payg': null};/allow_payg",
                "{'allow_payg': 1};/allow_payg",
                "{'max_cpu': 41};/max_cpu",
                "{'max_memory_gb': 63};/max_memory_gb",
                "{'max_cpu': 99, 'storage': [{'storage_policy_uuid': 'GOLD', 'max_capacity_gb': 499}]};/storage/0/max_capacity_gb",
                "{'backup_storage': [{'backup_storage_uuid': 'PBS', 'max_capacity_gb': 199}]};/backup_storage/0/max_capacity_gb",
                "{'max_cpu': 99, 'storage': [{'storage_policy_uuid': 'GOLD', 'remove': true}]};/storage/0/storage_policy_uuid",
                "{'backup_storage': [{'backup_storage_uuid': 'PBS', 'remove': true}]};/backup_storage/0/backup_storage_uuid",
                "{'storage': [{'storage_policy_uuid': 'GOLD', 'max_capacity_gb': 0}]};/storage/0/max_capacity_gb",
                "{'storage': [{'storage_policy_uuid': 'GOLD'}]};/storage/0/max_capacity_gb",
                "{'storage': [{'storage_policy_uuid': 'GOLD', 'max_capacity_gb': 900, 'remove': true}]};/storage/0/max_capacity_gb",
                "{'storage': [{'max_capacity_gb': 900}]};/storage/0/storage_policy_uuid",
                "{'storage': ['GOLD']};/storage/0",
                "{'storage': [{'storage_policy_uuid': 'PBS', 'max_capacity_gb': 900}]};/storage/0/storage_policy_uuid",
                "{'storage': [{'storage_policy_uuid': 'UNKNOWN', 'max_capacity_gb': 9}]};/storage/0/storage_policy_uuid",
                "{'storage': [{'storage_policy_uuid': 'FOREIGN', 'max_capacity_gb': 9}]};/storage/0/storage_policy_uuid",
                "{'storage': [{'storage_policy_uuid': 'GOLD', 'max_capacity_gb': 900}, {'storage_policy_uuid': 'GOLD', 'max_capacity_gb': 900}]};/storage/1/storage_policy_uuid",
                "{'max_disks': 1};/max_disks"
            })
    void whatIsWrongIsNamedAndNothingIsChanged(String wrong, String pointer) {
        String gold = platform.policy("Gold", "1024");
        String backup = platform.backup("PBS-01", "null");
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 42, 64);
        vdc.put("storage", Platform.storage(gold, 500));
        vdc.put("backup_storage", Platform.backupOf(backup, 200));
        platform.made("vdcs", vdc);
        String body =
                wrong.replace("GOLD", gold)
                        .replace("PBS", backup)
                        .replace("FOREIGN", Platform.of(platform.api()).policy("Foreign", "1"))
                        .replace("UNKNOWN", UUID.randomUUID().toString());
        List<String> before = Stored.versions(running);

        Platform.refused(platform.put("resource-allocation", body), pointer);

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void itIsNotRemovedWhileSomeOfItIsInUseAndItIsToldByWhom() {
        String gold = platform.policy("Gold", "1024");
        String backup = platform.backup("PBS-01", "null");
        platform.policy("Spare", "1");
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1);
        vdc.put("storage", Platform.storage(gold, 1));
        vdc.put("backup_storage", Platform.backupOf(backup, 1));
        String user = platform.made("vdcs", vdc);
        List<String> before = Stored.versions(running);

        JsonNode problem = Platform.refused(platform.delete("resource-allocation"), "", "");

        assertThat(problem.get("in_use").valueStream().map(one -> one.get("id").stringValue()))
                .containsExactlyInAnyOrder(gold, backup);
        assertThat(problem.get("in_use"))
                .allMatch(one -> one.at("/used_by/0/id").stringValue().equals(user));
        assertThat(Stored.versions(running)).isEqualTo(before);
        platform.delete("vdcs/" + user).expectStatus().isOk();
        platform.delete("resource-allocation").expectStatus().isOk();
        platform.delete("storage-policies/" + gold).expectStatus().isOk();
        assertThat(platform.data("resource-allocation")).isEqualTo(Platform.json(AT_FIRST));
    }

    @Test
    void aVdcTakesAllOfItOrIsNotMade() {
        String gold = platform.policy("Gold", "10");
        String backup = platform.backup("PBS-01", "5");
        platform.set("quota", "{'max_vdcs': 1}");
        platform.set("resource-allocation", "{'max_cpu': 8, 'max_memory_gb': 16}");
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 9, 17);
        vdc.put("storage", Platform.storage(gold, 11));
        vdc.put("backup_storage", Platform.backupOf(backup, 6));
        List<String> before = Stored.versions(running);

        JsonNode problem =
                Platform.refused(
                        platform.create("vdcs", vdc),
                        "/cpu",
                        "/memory_gb",
                        "/storage/0/capacity_gb",
                        "/backup_storage/0/capacity_gb");

        assertThat(problem.get("limits").valueStream())
                .contains(
                        Platform.json("{'limit':'cpu','facility':null,'max':8,'used':0,'asked':9}"),
                        Platform.json(
                                "{'limit':'storage','facility':'%s','max':10,'used':0,'asked':11}"
                                        .formatted(gold)));
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void whatIsNotAllocatedCannotBeUsed() {
        String tenant = platform.tenant();
        String sydney = platform.dataCenter("Sydney");
        String perth = platform.made("data-centers", Map.of("name", "Perth"));
        String iron = platform.made("storage-policies", Map.of("name", "Iron"));
        String foreign = Platform.of(platform.api()).backup("Foreign", "null");
        var vdc = Platform.vdc(tenant, sydney, 1, 1);

        Platform.refused(
                platform.create("vdcs", Platform.vdc(tenant, perth, 1, 1)), "/data_center_uuid");
        Platform.refused(
                platform.create("vdcs", Platform.with(vdc, "storage", Platform.storage(iron, 1))),
                "/storage/0/storage_policy_uuid");
        Platform.refused(
                platform.create(
                        "vdcs",
                        Platform.with(vdc, "backup_storage", Platform.backupOf(foreign, 1))),
                "/backup_storage/0/backup_storage_uuid");
        Platform.refused(
                platform.create("vdcs", Platform.with(vdc, "tenant_uuid", UUID.randomUUID())),
                "/tenant_uuid");
        Platform.refused(
                platform.create("vms", Map.of("name", "VM", "vdc_uuid", tenant)), "/vdc_uuid");
    }

    @Test
    void whereNoPaygIsAllowedOnlyAllocationVdcsAreMadeAndWhatThereIsStays() {
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1);
        String payg = platform.made("vdcs", Platform.with(vdc, "type", "payg"));
        platform.set("resource-allocation", "{'allow_payg': false}");

        JsonNode problem =
                Platform.refused(
                        platform.create("vdcs", Platform.with(vdc, "type", "payg")), "/type");

        assertThat(problem.at("/errors/0/code").stringValue()).isEqualTo("payg-not-allowed");
        platform.made("vdcs", vdc);
        assertThat(platform.data("vdcs/" + payg).get("type").stringValue()).isEqualTo("payg");
    }
}
