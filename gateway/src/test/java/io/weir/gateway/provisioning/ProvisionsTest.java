package io.weir.gateway.provisioning;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What routes may say of what they provision; a mistake stops the start.
class ProvisionsTest {

    private static final String ROUTE = "spring.cloud.gateway.server.webflux.routes[0].";

    private final Map<String, String> route =
            new HashMap<>(
                    Map.of(
                            "id", "vms",
                            "uri", "http://localhost",
                            "predicates[0]", "Path=/vms,/vms/{vm}",
                            "metadata.provisioning.entity", "vms"));

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(GatewayProperties.class)
    static class Wiring {

        @Bean
        Provisions provisions(GatewayProperties gateway) {
            return new Provisioning().provisions(gateway);
        }
    }

    @Test
    void aRouteSaysWhereEverythingStands() {
        route.put("metadata.provisioning.id", "/data/id");
        route.put("metadata.provisioning.path-variable", "vm");
        route.put("metadata.provisioning.cpu", "/cpu");
        route.put("metadata.provisioning.storage.list", "/disks");
        route.put("metadata.provisioning.storage.uuid", "/policy");
        route.put("metadata.provisioning.storage.amount", "/gb");

        assertThatCode(this::start).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "entity | disks | 'provisioning.entity' must be one of tenants, vdcs, vms, not 'disks'",
                "id | data.id | 'provisioning.id' must be a JSON pointer such as /data/id, not 'data.id'",
                "memory | /gb | 'provisioning.memory' is unknown",
                "storage.list | /disks | 'provisioning.storage.uuid' is required",
                "storage | /disks | 'provisioning.storage' must have members, not be '/disks'",
                "cpu.at | /cpu | 'provisioning.cpu' must not have members",
                "path-variable | id | 'provisioning.path-variable' names 'id', and no Path of it has {id}"
            })
    void whatIsWrongStopsTheStartAndIsNamed(String member, String value, String told) {
        route.put("metadata.provisioning." + member, value);

        assertThatThrownBy(this::start).rootCause().hasMessage("Route 'vms': its metadata " + told);
    }

    @Test
    void aRouteWithoutAnEntityProvisionsNothingThatCouldBeCounted() {
        route.remove("metadata.provisioning.entity");
        route.put("metadata.provisioning.id", "/id");

        assertThatThrownBy(this::start)
                .rootCause()
                .hasMessage("Route 'vms': its metadata 'provisioning.entity' is required");
    }

    @Test
    void languageModelsAreNotProvisioned() {
        route.put("filters[0]", "Meter=openai");

        assertThatThrownBy(this::start)
                .rootCause()
                .hasMessage(
                        "Route 'vms': its metadata 'provisioning' does not go with a Meter of language models");
    }

    private void start() {
        new ReactiveWebApplicationContextRunner()
                .withUserConfiguration(Wiring.class)
                .withPropertyValues(
                        route.entrySet().stream()
                                .map(entry -> ROUTE + entry.getKey() + "=" + entry.getValue())
                                .toArray(String[]::new))
                .run(
                        context -> {
                            if (context.getStartupFailure() != null) {
                                throw new IllegalStateException(context.getStartupFailure());
                            }
                        });
    }
}
