package io.weir.peers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/// Spring Cloud Gateway as its starter has it, told its port and its routes by the command line.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BareGateway {

    public static void main(String[] arguments) {
        SpringApplication.run(BareGateway.class, arguments);
    }
}
