package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// Whatever is created, deleted and limited: what is taken is never above a maximum, and usage is
/// the sum of what exists.
class ProvisioningLawsTest {

    static final Running running = Running.shared();

    private static final int STEPS = 120;

    /// Of each limit; null is unlimited, and what is not there is unlimited too.
    private final Map<String, Long> max = new LinkedHashMap<>();

    private final List<String> tenants = new ArrayList<>();
    private final Map<String, Map<String, Long>> vdcs = new LinkedHashMap<>();
    private final Map<String, String> vms = new LinkedHashMap<>();

    private final Platform platform = Platform.of(new Api(running.api()));
    private final String sydney = platform.dataCenter("Sydney");
    private final String gold = platform.policy("Gold", "null");
    private final String backup = platform.backup("PBS-01", "null");

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_122, 77})
    void usageIsTheSumOfWhatExistsAndWithinEveryMaximum(long seed) {
        var random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String what = "seed %d, step %d".formatted(seed, step);
            switch (random.nextInt(10)) {
                case 0, 1 -> tenant(what);
                case 2, 3, 4 -> vdc(what, random);
                case 5, 6 -> vm(what, random);
                case 7 -> delete(what, random);
                default -> limit(what, random);
            }
            assertThat(usage()).as(what).isEqualTo(sums());
        }
    }

    private void tenant(String what) {
        ResponseSpec answer = platform.create("tenants", Map.of("name", "Tenant"));
        if (fits(Map.of("tenants", 1L))) {
            tenants.add(Platform.id(answer));
        } else {
            refused(what, answer);
        }
    }

    private void vdc(String what, Random random) {
        if (tenants.isEmpty()) {
            return;
        }
        Map<String, Long> asked = new LinkedHashMap<>();
        asked.put("vdcs", 1L);
        asked.put("cpu", (long) random.nextInt(5));
        asked.put("memory_gb", (long) random.nextInt(9));
        asked.put("storage", (long) random.nextInt(3));
        asked.put("backup_storage", (long) random.nextInt(3));
        var body =
                Platform.vdc(
                        tenants.get(random.nextInt(tenants.size())),
                        sydney,
                        of(asked, "cpu"),
                        of(asked, "memory_gb"));
        if (of(asked, "storage") > 0) {
            body.put("storage", Platform.storage(gold, of(asked, "storage")));
        }
        if (of(asked, "backup_storage") > 0) {
            body.put("backup_storage", Platform.backupOf(backup, of(asked, "backup_storage")));
        }
        ResponseSpec answer = platform.create("vdcs", body);
        if (fits(asked)) {
            vdcs.put(Platform.id(answer), asked);
        } else {
            refused(what, answer);
        }
    }

    private void vm(String what, Random random) {
        if (vdcs.isEmpty()) {
            return;
        }
        String vdc = List.copyOf(vdcs.keySet()).get(random.nextInt(vdcs.size()));
        ResponseSpec answer = platform.create("vms", Map.of("name", "VM", "vdc_uuid", vdc));
        if (fits(Map.of("vms", 1L))) {
            vms.put(Platform.id(answer), vdc);
        } else {
            refused(what, answer);
        }
    }

    /// What has something below it stays.
    private void delete(String what, Random random) {
        if (!vms.isEmpty() && random.nextBoolean()) {
            String vm = List.copyOf(vms.keySet()).get(random.nextInt(vms.size()));
            platform.delete("vms/" + vm).expectStatus().isOk();
            vms.remove(vm);
        } else if (!vdcs.isEmpty()) {
            String vdc = List.copyOf(vdcs.keySet()).get(random.nextInt(vdcs.size()));
            if (vms.containsValue(vdc)) {
                refused(what, platform.delete("vdcs/" + vdc));
            } else {
                platform.delete("vdcs/" + vdc).expectStatus().isOk();
                vdcs.remove(vdc);
            }
        }
    }

    /// That of a resource is not lowered below what is used, that of entities may be.
    private void limit(String what, Random random) {
        List<String> names =
                List.of("tenants", "vdcs", "vms", "cpu", "memory_gb", "storage", "backup_storage");
        String name = names.get(random.nextInt(names.size()));
        boolean counts = names.indexOf(name) < 3;
        @Nullable Long to =
                random.nextInt(4) == 0 ? null : (long) random.nextInt(20) + (counts ? 0 : 1);
        ResponseSpec answer =
                counts
                        ? platform.put("quota", "{'max_%s': %d}".formatted(name, to))
                        : platform.put("resource-allocation", limited(name, to));
        if (counts || to == null || to >= of(sums(), name)) {
            answer.expectStatus().isOk();
            max.put(name, to == null ? Long.MAX_VALUE : to);
        } else {
            refused(what, answer);
        }
    }

    private String limited(String name, @Nullable Long to) {
        return switch (name) {
            case "storage" ->
                    "{'storage': [{'storage_policy_uuid': '%s', 'max_capacity_gb': %d}]}"
                            .formatted(gold, to);
            case "backup_storage" ->
                    "{'backup_storage': [{'backup_storage_uuid': '%s', 'max_capacity_gb': %d}]}"
                            .formatted(backup, to);
            default -> "{'max_%s': %d}".formatted(name, to);
        };
    }

    private boolean fits(Map<String, Long> asked) {
        Map<String, Long> sums = sums();
        return asked.entrySet().stream()
                .filter(one -> one.getValue() > 0)
                .allMatch(
                        one ->
                                of(sums, one.getKey()) + one.getValue()
                                        <= max.getOrDefault(one.getKey(), Long.MAX_VALUE));
    }

    private static void refused(String what, ResponseSpec answer) {
        assertThat(Api.result(answer).getStatus().value()).as(what).isEqualTo(422);
    }

    private static long of(Map<String, Long> amounts, String name) {
        return amounts.getOrDefault(name, 0L);
    }

    private Map<String, Long> sums() {
        Map<String, Long> sums = new LinkedHashMap<>();
        sums.put("tenants", (long) tenants.size());
        sums.put("vdcs", (long) vdcs.size());
        sums.put("vms", (long) vms.size());
        for (String name : List.of("cpu", "memory_gb", "storage", "backup_storage")) {
            sums.put(name, vdcs.values().stream().mapToLong(vdc -> of(vdc, name)).sum());
        }
        return sums;
    }

    private Map<String, Long> usage() {
        JsonNode usage = platform.data("usage");
        JsonNode quota = usage.get("quota");
        JsonNode resources = usage.get("resource_allocation");
        Map<String, Long> used = new LinkedHashMap<>();
        for (String name : List.of("tenants", "vdcs", "vms")) {
            used.put(name, quota.get(name).get("current").asLong());
        }
        used.put("cpu", resources.at("/cpu/used").asLong());
        used.put("memory_gb", resources.at("/memory_gb/used").asLong());
        used.put("storage", resources.at("/storage/0/used_capacity_gb").asLong());
        used.put("backup_storage", resources.at("/backup_storage/0/used_capacity_gb").asLong());
        return used;
    }
}
