package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Many create at once what there is not room for.
class RacingForPlacesTest {

    static final Running running = Running.shared();

    final Platform platform = Platform.of(new Api(running.api()));
    final HttpClient client = HttpClient.newHttpClient();

    @Test
    void of200ParallelCreationsAgainstAMaximumOf50Exactly50Succeed() {
        String vdc =
                platform.made(
                        "vdcs",
                        Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1));
        platform.set("quota", "{'max_vms': 50}");

        Map<Integer, Integer> statuses =
                untilAllAreDecided("vms", Map.of("name", "VM", "vdc_uuid", vdc), 200);

        assertThat(statuses).isEqualTo(Map.of(201, 50, 422, 150));
        assertThat(platform.data("quota").at("/vms/current").asInt()).isEqualTo(50);
        assertThat(platform.data("vms?limit=200").get("items")).hasSize(50);
    }

    @Test
    void amongBadOnesTheSameHolds() {
        String vdc =
                platform.made(
                        "vdcs",
                        Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1));
        platform.set("quota", "{'max_vms': 10}");
        List<CompletableFuture<Integer>> bad = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            bad.add(asked("vms", Map.of("name", "VM", "vdc_uuid", platform.reseller())));
        }

        Map<Integer, Integer> statuses =
                untilAllAreDecided("vms", Map.of("name", "VM", "vdc_uuid", vdc), 40);

        assertThat(bad).allMatch(one -> one.join() != 201);
        assertThat(statuses).isEqualTo(Map.of(201, 10, 422, 30));
        assertThat(platform.data("quota").at("/vms/current").asInt()).isEqualTo(10);
    }

    /// Whether one whose caller hung up was made is for the list to say: it takes a place or none.
    @Test
    void whoeverHangsUpNoMoreAreMadeThanThereIsRoomFor() {
        String vdc =
                platform.made(
                        "vdcs",
                        Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1));
        platform.set("quota", "{'max_vms': 20}");
        var vm = Map.of("name", "VM", "vdc_uuid", vdc);
        List<CompletableFuture<HttpResponse<Void>>> hungUp = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            hungUp.add(
                    client.sendAsync(request("vms", vm), HttpResponse.BodyHandlers.discarding()));
        }
        hungUp.forEach(one -> one.cancel(true));

        Map<Integer, Integer> statuses = untilAllAreDecided("vms", vm, 60);

        assertThat(statuses.getOrDefault(201, 0)).isBetween(0, 20);
        assertThat(platform.data("vms?limit=200").get("items")).hasSize(20);
        assertThat(platform.data("quota").at("/vms/current").asInt()).isEqualTo(20);
    }

    @Test
    void theLastOfEachResourceGoesToOne() {
        String gold = platform.policy("Gold", "100");
        var vdc = Platform.vdc(platform.tenant(), platform.dataCenter("Sydney"), 1, 1);
        vdc.put("storage", Platform.storage(gold, 60));

        Map<Integer, Integer> statuses = untilAllAreDecided("vdcs", vdc, 8);

        assertThat(statuses).isEqualTo(Map.of(201, 1, 422, 7));
        assertThat(platform.data("resource-allocation").at("/storage/0/used_capacity_gb").asInt())
                .isEqualTo(60);
    }

    /// A 503 has decided nothing: it says to ask again, so that is done.
    private Map<Integer, Integer> untilAllAreDecided(String list, Map<String, ?> body, int count) {
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int left = count; left > 0; left = count - decided(statuses)) {
            List<CompletableFuture<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < left; i++) {
                asked.add(asked(list, body));
            }
            asked.stream()
                    .map(CompletableFuture::join)
                    .filter(status -> status != 503)
                    .forEach(status -> statuses.merge(status, 1, Integer::sum));
        }
        return statuses;
    }

    private static int decided(Map<Integer, Integer> statuses) {
        return statuses.values().stream().mapToInt(Integer::intValue).sum();
    }

    private CompletableFuture<Integer> asked(String list, Map<String, ?> body) {
        return client.sendAsync(request(list, body), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    private HttpRequest request(String list, Map<String, ?> body) {
        String port = running.application.getEnvironment().getProperty("local.server.port");
        String text = JsonMapper.shared().writeValueAsString(body);
        String uri = "http://127.0.0.1:%s/api/v1%s/%s".formatted(port, platform.path(), list);
        return HttpRequest.newBuilder(URI.create(uri))
                .header("Authorization", "Bearer " + Running.TOKEN)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build();
    }
}
