package io.weir.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Proxies what it admits, and counts what it proxied.
@SpringBootApplication
@ConfigurationPropertiesScan
public class WeirGateway {

    public static void main(String[] arguments) {
        SpringApplication.run(WeirGateway.class, arguments);
    }
}
