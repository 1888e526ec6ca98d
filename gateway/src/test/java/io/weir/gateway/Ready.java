package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/// Tests ask of a gateway what its callers ask: nothing before it says that it is ready.
final class Ready implements TestExecutionListener {

    @Override
    public void prepareTestInstance(TestContext test) {
        await(test.getApplicationContext());
    }

    static void await(ApplicationContext gateway) {
        var configuration = gateway.getBean("configuration", HealthIndicator.class);
        eventually(
                Wire.ALONE,
                () -> {
                    var health = configuration.health();
                    return health != null && health.getStatus().equals(Status.UP);
                });
    }
}
