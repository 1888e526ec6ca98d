package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// How many tenants, VDCs and VMs a reseller may have, and where.
class EntityQuotasTest {

    static final Running running = Running.shared();

    final Platform platform = Platform.of(new Api(running.api()));

    @Test
    void theyStandAsTheyAreDescribed() {
        String sydney = platform.dataCenter("Sydney");
        String tenant = platform.tenant();
        platform.tenant();
        platform.tenant();
        String vdc = platform.made("vdcs", Platform.vdc(tenant, sydney, 1, 1));
        for (int i = 0; i < 4; i++) {
            platform.made("vdcs", Platform.vdc(tenant, sydney, 1, 1));
        }
        for (int i = 0; i < 12; i++) {
            platform.vm(vdc);
        }
        platform.set("quota", "{'max_tenants': 10, 'max_vdcs': null, 'max_vms': 0}");

        assertThat(Api.json(platform.get("quota").expectStatus().isOk()))
                .isEqualTo(
                        Platform.json(
                                """
                                {'status': 'success', 'message': 'Entity quotas retrieved successfully', 'data':
                                 {'tenants': {'current': 3, 'max': 10, 'unlimited': false, 'disabled': false},
                                  'vdcs':    {'current': 5, 'max': null, 'unlimited': true, 'disabled': false},
                                  'vms':     {'current': 12, 'max': 0, 'unlimited': false, 'disabled': true},
                                  'data_centers': [{'data_center_uuid': '%s', 'data_center_name': 'Sydney'}]}}
                                """
                                        .formatted(sydney)));
    }

    @Test
    void atFirstAllIsUnlimitedAndNoDataCenterIsAllocated() {
        platform.made("data-centers", Map.of("name", "Sydney"));

        JsonNode quota = platform.data("quota");

        for (String kind : List.of("tenants", "vdcs", "vms")) {
            assertThat(quota.get(kind))
                    .isEqualTo(
                            Platform.json(
                                    "{'current':0,'max':null,'unlimited':true,'disabled':false}"));
        }
        assertThat(quota.get("data_centers")).isEmpty();
    }

    @Test
    void whatIsAbsentStaysAndWhatIsNullBecomesUnlimited() {
        platform.set("quota", "{'max_tenants': 1, 'max_vdcs': 2, 'max_vms': 3}");

        JsonNode answer =
                Api.json(
                        platform.put("quota", "{'max_vdcs': null, 'max_vms': 0}")
                                .expectStatus()
                                .isOk());

        assertThat(answer.get("status").stringValue()).isEqualTo("success");
        assertThat(maximums(answer.get("data"))).isEqualTo("[1, null, 0]");
        platform.set("quota", "{}");
        assertThat(maximums(platform.data("quota"))).isEqualTo("[1, null, 0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'max_tenants': -1};/max_tenants",
                "{'max_vdcs': 1.5};/max_vdcs",
                "{'max_vms': '3'};/max_vms",
                "{'max_vms': 1000000000001};/max_vms",
                "{'data_centers': [{}]};/data_centers/0/data_center_uuid",
                "{'data_centers': [{'remove': true}]};/data_centers/0/data_center_uuid",
                "{'data_centers': ['SYDNEY', {'data_center_uuid': 'PERTH', 'remove': true}, 'UNKNOWN']};/data_centers/2",
                "{'data_centers': [{'data_center_uuid': 'UNKNOWN'}]};/data_centers/0/data_center_uuid",
                "{'data_centers': ['SYDNEY', 'SYDNEY']};/data_centers/1",
                "{'data_centers': ['GOLD']};/data_centers/0",
                "{'data_centers': ['FOREIGN']};/data_centers/0",
                "{'data_centers': ['1-1-1-1-1']};/data_centers/0",
                "{'data_centers': [7]};/data_centers/0",
                "{'data_centers': null};/data_centers",
                "{'max_storage': 1};/max_storage"
            })
    void whatIsWrongIsNamedAndNothingIsChanged(String wrong, String pointer) {
        platform.set("quota", "{'max_tenants': 7}");
        String perth = platform.dataCenter("Perth");
        String body =
                wrong.replace("SYDNEY", platform.made("data-centers", Map.of("name", "Sydney")))
                        .replace("PERTH", perth)
                        .replace("GOLD", platform.made("storage-policies", Map.of("name", "Gold")))
                        .replace("FOREIGN", Platform.of(platform.api()).dataCenter("Foreign"))
                        .replace("UNKNOWN", UUID.randomUUID().toString());
        List<String> before = Stored.versions(running);

        Platform.refused(platform.put("quota", body), pointer);

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void dataCentersAreAllocatedAndTakenBack() {
        String sydney = platform.made("data-centers", Map.of("name", "Sydney"));
        String perth = platform.made("data-centers", Map.of("name", "Perth"));

        platform.set(
                "quota",
                "{'data_centers': ['%s', {'data_center_uuid': '%s'}]}".formatted(sydney, perth));
        assertThat(dataCenters()).containsExactly("Sydney", "Perth");
        platform.set(
                "quota",
                "{'data_centers': [{'data_center_uuid': '%s', 'remove': true}]}".formatted(sydney));

        assertThat(dataCenters()).containsExactly("Perth");
    }

    @Test
    void aDataCenterInUseIsNotTakenBackAndItsUsersAreNamed() {
        String sydney = platform.dataCenter("Sydney");
        String vdc = platform.made("vdcs", Platform.vdc(platform.tenant(), sydney, 1, 1));
        String body =
                "{'max_vms': 1, 'data_centers': [{'data_center_uuid': '%s', 'remove': true}]}"
                        .formatted(sydney);
        List<String> before = Stored.versions(running);

        JsonNode problem =
                Platform.refused(platform.put("quota", body), "/data_centers/0/data_center_uuid");
        assertThat(problem.at("/errors/0/detail").stringValue()).contains(vdc);
        assertThat(problem.at("/in_use/0/used_by/0/id").stringValue()).isEqualTo(vdc);
        assertThat(Platform.refused(platform.delete("quota"), "").toString()).contains(vdc);
        assertThat(Platform.refused(platform.delete("data-centers/" + sydney), "").toString())
                .contains(vdc);

        assertThat(Stored.versions(running)).isEqualTo(before);
        platform.delete("vdcs/" + vdc).expectStatus().isOk();
        platform.set("quota", body);
        assertThat(dataCenters()).isEmpty();
    }

    @Test
    void deletionResetsThem() {
        platform.dataCenter("Sydney");
        platform.set("quota", "{'max_tenants': 0, 'max_vdcs': 1, 'max_vms': 2}");

        JsonNode answer = Api.json(platform.delete("quota").expectStatus().isOk());

        assertThat(maximums(answer.get("data"))).isEqualTo("[null, null, null]");
        assertThat(dataCenters()).isEmpty();
        platform.tenant();
    }

    @Test
    void aMaximumMayBeLoweredBelowWhatThereIs() {
        String tenant = platform.tenant();
        platform.tenant();
        platform.set("quota", "{'max_tenants': 1}");

        JsonNode tenants = platform.data("quota").get("tenants");
        assertThat(tenants)
                .isEqualTo(
                        Platform.json(
                                "{'current': 2, 'max': 1, 'unlimited': false, 'disabled': false}"));
        JsonNode problem =
                Platform.refused(platform.create("tenants", Map.of("name", "Third")), "");
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:weir:problem:limit-exceeded");
        assertThat(problem.get("limits"))
                .isEqualTo(
                        Platform.json(
                                "[{'limit':'tenants','facility':null,'max':1,'used':2,'asked':1}]"));
        platform.delete("tenants/" + tenant).expectStatus().isOk();
        Platform.refused(platform.create("tenants", Map.of("name", "Third")), "");
        assertThat(platform.data("quota").at("/tenants/current").asInt()).isEqualTo(1);
    }

    @Test
    void zeroLetsNothingBeCreated() {
        platform.set("quota", "{'max_tenants': 0}");

        Platform.refused(platform.create("tenants", Map.of("name", "First")), "");

        platform.set("quota", "{'max_tenants': 1}");
        platform.tenant();
    }

    @Test
    void aResellerIsNotDeletedWhileItHasEntitiesAndItsLimitsGoWithIt() {
        platform.dataCenter("Sydney");
        String tenant = platform.tenant();
        String path = "/resellers/" + platform.reseller();

        Api.refused(platform.api().delete(path), 409, "in-use");
        platform.delete("tenants/" + tenant).expectStatus().isOk();
        platform.api().delete(path).expectStatus().isNoContent();

        platform.get("quota").expectStatus().isNotFound();
    }

    @Test
    void aResellerMakesItsOwnEntitiesOfItsOwnAndSetsNoLimits() {
        Tenant own = Tenant.of(running);
        Platform mine = new Platform(own.api(), own.fixture().reseller());
        platform.dataCenter("Sydney");
        String foreign = platform.tenant();
        String sydney = "00000000-0000-7000-8000-0000000000d1";
        List<String> before = Stored.versions(running);

        Platform.refused(mine.create("vdcs", Platform.vdc(foreign, sydney, 1, 1)), "/tenant_uuid");
        mine.get("tenants/" + foreign).expectStatus().isNotFound();
        mine.delete("tenants/" + foreign).expectStatus().isNotFound();
        platform.as(own.api()).get("tenants").expectStatus().isNotFound();
        mine.put("quota", "{'max_vms': null}").expectStatus().isForbidden();
        mine.create("data-centers", Map.of("name", "Mine")).expectStatus().isForbidden();

        assertThat(Stored.versions(running)).isEqualTo(before);
        mine.made("vdcs", Platform.vdc(mine.tenant(), sydney, 1, 1));
        assertThat(mine.data("quota").at("/vdcs/current").asInt()).isEqualTo(3);
    }

    @Test
    void twoResellersMayKnowTheSameDataCenterAndOneNoIdTwice() {
        var sydney = Map.of("name", "Sydney", "id", UUID.randomUUID().toString());
        Platform other = Platform.of(platform.api());

        String id = platform.made("data-centers", sydney);
        assertThat(other.made("data-centers", sydney)).isEqualTo(id);

        Api.refused(platform.create("data-centers", sydney), 409, "id-taken");
        platform.set("quota", "{'data_centers': ['%s']}".formatted(id));
        assertThat(other.data("quota").get("data_centers")).isEmpty();
    }

    private List<String> dataCenters() {
        return platform.data("quota")
                .get("data_centers")
                .valueStream()
                .map(one -> one.get("data_center_name").stringValue())
                .toList();
    }

    private static String maximums(JsonNode quota) {
        return List.of("tenants", "vdcs", "vms").stream()
                .map(kind -> quota.get(kind).get("max").toString())
                .toList()
                .toString();
    }
}
