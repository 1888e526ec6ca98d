package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What no route serves, and what goes wrong in the gateway itself.
@ExtendWith(OutputCaptureExtension.class)
class FaultsTest extends DemoGateway {

    @Test
    void whatNoRouteServesIsAProblemAndNoFault() {
        double before = faults();
        var answer = get("/nowhere?secret=x", "");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
        assertThat(json(answer).at("/title").stringValue()).isEqualTo("Not Found");
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(faults()).isEqualTo(before);
    }

    @Test
    void aFaultIsToldAndCountedAndWrittenDownWithoutTheQuery(CapturedOutput log) {
        Customer customer = world.customer(1_000, "60, 5");
        double before = faults();
        var answer = get("/faulty/a?token=hidden", customer.secret());

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
        assertThat(header(answer, "x-request-id")).startsWith("req_");
        assertThat(answer.body()).doesNotContain("nobody thought of");
        assertThat(faults()).isEqualTo(before + 1);
        assertThat(log).contains("faulty failed").contains("nobody thought of");
        assertThat(log).doesNotContain("hidden");
        eventually(() -> active() == 0);
    }

    private double faults() {
        return meters.counter("weir.requests.faults").count();
    }
}
